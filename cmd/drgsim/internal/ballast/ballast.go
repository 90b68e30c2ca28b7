// Package ballast keeps the garbage collector from running while the process starts.
//
// The libraries fill some megabytes with tables before main, just enough for a first collection, which reads pages that nobody
// would have touched: a sixth of the time that `drgsim version` takes. The collector counts the ballast as live, so that it waits
// for as much garbage again. Nothing is written to it, so it takes no memory, only addresses. To come before those libraries the package may
// import nothing: packages that are ready start in the order of their paths.
package ballast

// Weight is held as long as the process lives. 32 MB is more than the libraries and a small study need together.
var Weight = make([]byte, 32<<20)
