package claims

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	arrowipc "github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// align is the multiple of bytes at which messages and buffers start, so that a mapped file's values are aligned too.
const align = 64

// arrowFile lays out an Arrow IPC file: it is the PayloadWriter of Arrow's encoder. The encoder of streams is used, since
// Arrow's own writer of files cannot write a dictionary that is complete only at the end, which the format allows.
type arrowFile struct {
	file  *wholefile.File
	w     *bufio.Writer
	pos   int64
	start []byte // metadata of the schema
	dicts []ipc.Block
	recs  []ipc.Block
	sums  []ipc.Message
	// controlled tells that the file will have control totals.
	controlled bool
	scratch    bool // it need not outlast a crash
	// closing tells that the dictionaries are complete: before, dictionaries are passed over, and after, batches are.
	closing bool
}

// Bytes of the buffer of a file, and of those of all scratch files together.
const (
	leastBuffer, mostBuffer = 16 << 10, 1 << 20
	allBuffers              = 32 << 20
)

// createArrow begins a file. scratch is the number of scratch files that are written at the same time, 0 for a file that is to last.
func createArrow(path string, controlled bool, scratch int) (*arrowFile, error) {
	f, err := wholefile.Create(path)
	if err != nil {
		return nil, err
	}
	buffer := min(max(allBuffers/max(scratch, 1), leastBuffer), mostBuffer)
	a := &arrowFile{file: f, w: bufio.NewWriterSize(f, buffer), controlled: controlled, scratch: scratch > 0}
	return a, a.write([]byte(ipc.Magic + "\x00\x00")) // into the buffer: cannot fail
}

func (a *arrowFile) write(p []byte) error {
	n, err := a.w.Write(p)
	a.pos += int64(n)
	return err
}

// Start does nothing: the file begins with createArrow.
func (a *arrowFile) Start() error { return nil }

// Close does nothing: the file ends with commit.
func (a *arrowFile) Close() error { return nil }

// WritePayload writes one message and notes its place and its checksums.
func (a *arrowFile) WritePayload(p arrowipc.Payload) error {
	buf := p.Meta()
	defer buf.Release()
	meta := buf.Bytes()
	h, err := ipc.ParseHeader(meta)
	if err != nil {
		return err
	}
	if a.closing != h.Dictionary {
		return nil
	}
	msg := ipc.Message{Offset: a.pos}
	need := 8 + int64(len(meta))
	if h.Schema && a.controlled {
		need += int64(len(ipc.Mark))
	}
	end := (a.pos + need + align - 1) / align * align
	if end-a.pos > math.MaxInt32 {
		return errors.New("metadata is too long for the format")
	}
	head := make([]byte, end-a.pos)
	binary.LittleEndian.PutUint32(head, 0xFFFFFFFF)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(head)-8))
	copy(head[8:], meta)
	if h.Schema && a.controlled {
		copy(head[len(head)-len(ipc.Mark):], ipc.Mark)
	}
	if err := a.write(head); err != nil {
		return err
	}
	msg.Meta, msg.MetaSum = int64(len(head)), ipc.Checksum(head)
	if h.Schema {
		a.start = append([]byte(nil), head[8:]...)
	}
	body := &bodyWriter{to: a, buffers: h.Buffers, start: a.pos, sums: make([][]uint32, len(h.Buffers))}
	if err := p.SerializeBody(body); err != nil {
		return err
	}
	if !body.complete() {
		panic("BUG: a message's buffers are not where its metadata says")
	}
	msg.Body, msg.BufferSums = a.pos-body.start, body.sums
	a.sums = append(a.sums, msg)
	block := ipc.Block{Offset: msg.Offset, Meta: int32(msg.Meta), Body: msg.Body}
	switch {
	case h.Dictionary:
		a.dicts = append(a.dicts, block)
	case !h.Schema:
		a.recs = append(a.recs, block)
	}
	return nil
}

// bodyWriter writes the body of a message and sums up its buffers. Each buffer comes in one call of Write, padding in
// calls between them.
type bodyWriter struct {
	to      *arrowFile
	buffers []ipc.Buffer
	start   int64
	next    int
	sums    [][]uint32
}

// Write passes bytes on.
func (b *bodyWriter) Write(p []byte) (int, error) {
	b.skipEmpty()
	if b.next < len(b.buffers) && b.to.pos-b.start == b.buffers[b.next].Off && int64(len(p)) == b.buffers[b.next].Len {
		for at := 0; at < len(p); at += ipc.Segment {
			b.sums[b.next] = append(b.sums[b.next], ipc.Checksum(p[at:min(at+ipc.Segment, len(p))]))
		}
		b.next++
	}
	return len(p), b.to.write(p)
}

func (b *bodyWriter) skipEmpty() {
	for b.next < len(b.buffers) && b.buffers[b.next].Len == 0 {
		b.next++
	}
}

// complete tells whether every buffer has been seen.
func (b *bodyWriter) complete() bool {
	b.skipEmpty()
	return b.next == len(b.buffers)
}

// commit ends the file and gives it its name. Control totals go between the last message and the footer, where other
// readers of the format never look.
// vouch, where it is not nil, is given the finished file before it has its name, and returns the voucher to keep in it.
func (a *arrowFile) commit(control *ipc.Control, vouch func(path string) ([]byte, error)) error {
	at := a.pos
	err := a.end(control)
	if err == nil && vouch != nil {
		if control.Voucher, err = vouch(a.file.Name()); err == nil && control.Voucher != nil {
			if err = a.file.Rewind(at); err == nil {
				a.pos = at
				err = a.end(control)
			}
		}
	}
	if err != nil {
		return errors.Join(err, a.file.Abort())
	}
	if a.scratch {
		return a.file.CommitScratch()
	}
	return a.file.Commit()
}

func (a *arrowFile) end(control *ipc.Control) error {
	if err := a.write([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0}); err != nil {
		return err
	}
	if control != nil {
		control.Messages = a.sums
		if err := a.write(control.Encode()); err != nil {
			return err
		}
	}
	foot, err := ipc.Footer(a.start, a.dicts, a.recs)
	if err != nil {
		panic(fmt.Sprintf("BUG: the schema that was written cannot be read: %v", err))
	}
	foot = binary.LittleEndian.AppendUint32(foot, uint32(len(foot)))
	if err := a.write(append(foot, ipc.Magic...)); err != nil {
		return err
	}
	return a.w.Flush()
}
