// Package mask hides the identity of persons in outputs.
package mask

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
)

// Mask replaces ids by a keyed hash: equal ids stay equal under one key, and without the key nobody can test a guess. The nil
// Mask leaves ids as they are.
type Mask struct{ key []byte }

// MinKey is the least length of a key in bytes: less can be guessed.
const MinKey = 16

// New makes a mask of a key.
func New(key []byte) (*Mask, error) {
	if len(key) < MinKey {
		return nil, errors.New("the key of the mask is shorter than 16 bytes")
	}
	return &Mask{key: append([]byte(nil), key...)}, nil
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// ID returns what stands for an id in an output: P- and sixteen letters and digits (80 bits). An empty id stays empty.
func (m *Mask) ID(id string) string {
	if m == nil || id == "" {
		return id
	}
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(id))
	return "P-" + strings.ToLower(letters.EncodeToString(h.Sum(nil)[:10]))
}
