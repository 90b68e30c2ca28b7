// Package ipc reads the frame of Arrow IPC files and streams: schema, dictionaries, record batches and the places of
// their buffers.
//
// The bytes are not trusted. Every offset, count and length is checked before it is used, so that no input makes the
// package panic, hang, or take more memory than its Budget. Files that this program wrote carry a Control section, and
// then every byte that is used has been checked against its checksum.
//
// What the values in the buffers mean is the caller's matter: the package promises only that a buffer is there and as
// long as was asked for.
package ipc
