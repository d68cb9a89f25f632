package ledger

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
)

// Digest is a sum of 128-bit hashes of rows, modulo 2^128. A sum does not depend on the order in
// which rows pass, and, unlike xor, tells two equal rows from none.
type Digest struct{ Hi, Lo uint64 }

// digestLen is the number of hexadecimal digits of a digest.
const digestLen = 32

// Add returns the sum of two digests: that of two sets of rows taken together.
func (d Digest) Add(other Digest) Digest {
	lo, carry := bits.Add64(d.Lo, other.Lo, 0)
	hi, _ := bits.Add64(d.Hi, other.Hi, carry)
	return Digest{Hi: hi, Lo: lo}
}

// IsZero says whether d is the digest of no rows.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is d as 32 hexadecimal digits, the most significant first.
func (d Digest) String() string {
	var raw [digestLen / 2]byte
	binary.BigEndian.PutUint64(raw[:8], d.Hi)
	binary.BigEndian.PutUint64(raw[8:], d.Lo)
	return hex.EncodeToString(raw[:])
}

// DigestError is text that is no digest.
type DigestError struct{ Text string }

func (e *DigestError) Error() string {
	return fmt.Sprintf("%q is no digest: want %d hexadecimal digits", e.Text, digestLen)
}

// ParseDigest reads what String writes. Empty text is the digest of no rows, as in an entry for what has none.
func ParseDigest(text string) (Digest, error) {
	if text == "" {
		return Digest{}, nil
	}
	raw, err := hex.DecodeString(text)
	if err != nil || len(text) != digestLen {
		return Digest{}, &DigestError{Text: text}
	}
	return Digest{Hi: binary.BigEndian.Uint64(raw[:8]), Lo: binary.BigEndian.Uint64(raw[8:])}, nil
}
