// Package shards splits claims by person into files, so that a run needs one of them in memory for each worker, and keeps
// a manifest of what the files hold.
//
// Splitting takes two passes. The first reads the inputs as a stream and appends each row to the spill of its shard. The
// second takes one spill after the other, puts each person's rows together and writes the shard, so that a run finds its
// claims in order. Memory is bounded by the largest shard, however many claims there are.
package shards
