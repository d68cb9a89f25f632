package ledger

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDigestAdditionIsModulo2To128(t *testing.T) {
	modulus := new(big.Int).Lsh(big.NewInt(1), 128)
	number := func(d Digest) *big.Int {
		n := new(big.Int).Lsh(new(big.Int).SetUint64(d.Hi), 64)
		return n.Add(n, new(big.Int).SetUint64(d.Lo))
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Digest {
			return Digest{Hi: rapid.Uint64().Draw(t, name+".hi"), Lo: rapid.Uint64().Draw(t, name+".lo")}
		}
		a, b := draw("a"), draw("b")
		want := new(big.Int).Add(number(a), number(b))
		want.Mod(want, modulus)
		if got := number(a.Add(b)); got.Cmp(want) != 0 {
			t.Fatalf("%s + %s = %x, want %x", a, b, got, want)
		}
		if a.Add(b) != b.Add(a) {
			t.Fatalf("%s + %s depends on the order", a, b)
		}
	})
}

func TestDigestText(t *testing.T) {
	for text, want := range map[string]Digest{
		"":                                 {},
		"00000000000000000000000000000000": {},
		"00000000000000010000000000000002": {Hi: 1, Lo: 2},
		"ffffffffffffffffffffffffffffffff": {Hi: math.MaxUint64, Lo: math.MaxUint64},
	} {
		got, err := ParseDigest(text)
		if err != nil || got != want {
			t.Errorf("ParseDigest(%q) = %v, %v, want %v", text, got, err, want)
		}
		if text != "" && got.String() != text {
			t.Errorf("%v prints as %q, want %q", want, got, text)
		}
	}
	for _, text := range []string{"0", strings.Repeat("0", 31), strings.Repeat("0", 33), strings.Repeat("g", 32), strings.Repeat("0", 34)} {
		_, err := ParseDigest(text)
		var digestErr *DigestError
		if !errors.As(err, &digestErr) || digestErr.Text != text {
			t.Errorf("ParseDigest(%q): got error %v, want a DigestError", text, err)
		}
	}
}

func FuzzParseDigest(f *testing.F) {
	f.Add("")
	f.Add("00000000000000010000000000000002")
	f.Add("FFFFFFFFffffffff0000000000000000")
	f.Add("zz")
	f.Fuzz(func(t *testing.T, text string) {
		digest, err := ParseDigest(text)
		if err != nil || text == "" {
			return
		}
		if got := digest.String(); got != strings.ToLower(text) {
			t.Fatalf("%q is read as %q", text, got)
		}
	})
}
