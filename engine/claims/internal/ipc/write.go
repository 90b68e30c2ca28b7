package ipc

import "encoding/binary"

// Block is the place of a message in a file, as its footer names it.
type Block struct {
	Offset int64
	Meta   int32 // bytes of metadata, with prefix and padding
	Body   int64
}

// Mark is what the padding behind the schema ends with in files that have a control section, so that a file is missed
// that has lost it. Programs that rewrite the file do not copy padding.
const Mark = controlMagic

// Header is what a writer needs to know of the metadata of a message that it passes on.
type Header struct {
	Schema, Dictionary bool
	Buffers            []Buffer // ranges of the body; Off counts from its start
}

// ParseHeader reads the metadata of a message that this program made.
func ParseHeader(meta []byte) (Header, error) {
	f := &flat{b: meta}
	root := f.root()
	kind, t := int(f.byteAt(root, 1, 0)), f.tableAt(root, 2)
	h := Header{Schema: kind == headerSchema, Dictionary: kind == headerDictionary}
	if h.Dictionary {
		t = f.tableAt(t, 1)
	}
	if !h.Schema {
		pos, n := f.vectorAt(t, 2, 16)
		for i := range n {
			h.Buffers = append(h.Buffers, Buffer{Off: f.i64(pos + 16*i), Len: f.i64(pos + 16*i + 8)})
		}
	}
	return h, f.err
}

// Footer writes the footer of a file: the schema, which is that of the schema message whose metadata is given, and the
// places of the other messages. A flatbuffer's offsets are relative, so the message goes in as it is and the footer
// points at the schema inside it.
func Footer(schema []byte, dictionaries, batches []Block) ([]byte, error) {
	f := &flat{b: schema}
	inner := f.tableAt(f.root(), 2).pos
	if f.err != nil {
		return nil, f.err
	}
	const (
		slots  = 4  // where the table's directory of slots stands
		table  = 16 // where the table itself stands
		fields = table + 4
		first  = 36 // where the length of the first vector stands; its elements then stand at a multiple of 8
	)
	second := first + 4 + 24*len(dictionaries) + 4
	blob := second + 4 + 24*len(batches)
	le := binary.LittleEndian
	b := le.AppendUint32(nil, table)
	for _, v := range []uint16{12, 20, 4, 8, 12, 16} { // sizes of directory and table, then where each field stands
		b = le.AppendUint16(b, v)
	}
	b = le.AppendUint32(b, table-slots)
	b = le.AppendUint32(b, 4) // metadata version V5, and padding
	b = le.AppendUint32(b, uint32(blob+inner-(fields+4)))
	b = le.AppendUint32(b, uint32(first-(fields+8)))
	b = le.AppendUint32(b, uint32(second-(fields+12)))
	b = appendBlocks(b, dictionaries)
	b = le.AppendUint32(b, 0)
	b = appendBlocks(b, batches)
	return append(b, schema...), nil
}

func appendBlocks(b []byte, blocks []Block) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, uint32(len(blocks)))
	for _, k := range blocks {
		b = le.AppendUint64(b, uint64(k.Offset))
		b = le.AppendUint64(b, uint64(uint32(k.Meta)))
		b = le.AppendUint64(b, uint64(k.Body))
	}
	return b
}
