package csvtable

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// window is how many bytes are looked at, from the first that is not ASCII, to tell UTF-8 from GB18030.
const window = 1 << 20

// Decode returns r's text as UTF-8: gzip is unpacked, a byte order mark is dropped, and GB18030 (with GBK and GB2312 inside
// it) is recognised by its not being UTF-8. Files may be of any length: the choice falls at the first byte that is not
// ASCII, on up to a mebibyte from there. Text that then breaks the chosen encoding is an error of Read, as is UTF-16.
func Decode(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	if head, _ := br.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		br = bufio.NewReaderSize(&unpacked{z}, 64<<10)
	}
	head, err := br.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		if _, err := br.Discard(3); err != nil {
			return nil, err
		}
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return nil, errors.New("the text is UTF-16; save it as UTF-8 or GB18030")
	}
	return &decoder{src: br}, nil
}

// unpacked names gzip in the errors of a damaged file.
type unpacked struct{ z *gzip.Reader }

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.z.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("gzip: %w", err)
	}
	return n, err
}

// decoder passes ASCII through until the encoding shows itself, and then hands over to the one it found.
type decoder struct {
	src  *bufio.Reader
	text io.Reader // nil while all was ASCII
}

func (d *decoder) Read(p []byte) (int, error) {
	if d.text != nil {
		return d.text.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := d.src.Peek(1); err != nil {
		return 0, err
	}
	buf, _ := d.src.Peek(min(d.src.Buffered(), len(p)))
	if n := asciiPrefix(buf); n > 0 {
		copy(p, buf[:n])
		return d.src.Discard(n)
	}
	seen, err := io.ReadAll(io.LimitReader(d.src, window))
	if err != nil {
		return 0, err
	}
	rest := io.MultiReader(bytes.NewReader(seen), d.src)
	if utf8.Valid(wholeRunes(seen)) {
		d.text = &strict{r: rest, name: "UTF-8"}
	} else {
		d.text = &strict{r: transform.NewReader(rest, simplifiedchinese.GB18030.NewDecoder()), name: "UTF-8 or GB18030", replaced: true}
	}
	return d.text.Read(p)
}

func asciiPrefix(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}

// wholeRunes drops a rune that the end of b cuts off.
func wholeRunes(b []byte) []byte {
	for back := 1; back <= min(utf8.UTFMax, len(b)); back++ {
		if c := b[len(b)-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-back:]) {
				return b[:len(b)-back]
			}
			break
		}
	}
	return b
}

// strict lets only valid text through. A GB18030 decoder marks what it cannot read with U+FFFD instead of failing, and
// no table has a use for that mark.
type strict struct {
	r        io.Reader
	name     string
	replaced bool
	tail     []byte // start of a rune that the last read cut off
	out      []byte // checked text that waits for room
	err      error
}

func (s *strict) Read(p []byte) (int, error) {
	for len(s.out) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.fill()
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

func (s *strict) fill() {
	buf := make([]byte, 32<<10)
	k := copy(buf, s.tail)
	n, err := s.r.Read(buf[k:])
	text := buf[:k+n]
	if s.err = err; err == nil {
		whole := wholeRunes(text)
		s.tail = bytes.Clone(text[len(whole):])
		text = whole
	}
	if bad := firstBad(text, s.replaced); bad >= 0 {
		text, s.err = text[:bad], fmt.Errorf("the text is not valid %s", s.name)
	}
	s.out = text
}

func firstBad(b []byte, replaced bool) int {
	if replaced {
		return bytes.Index(b, []byte("\uFFFD"))
	}
	if utf8.Valid(b) {
		return -1
	}
	i := 0
	for {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
}
