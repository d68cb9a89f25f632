package precheck

import (
	"fmt"
	"testing"
)

// TestWholeEncodings asks the server which encodings have a character for every byte.
func TestWholeEncodings(t *testing.T) {
	in := scene{}.input(t)
	for _, encoding := range []string{
		"LATIN1", "LATIN2", "LATIN3", "LATIN4", "LATIN5", "LATIN6", "LATIN7", "LATIN8", "LATIN9", "LATIN10", "ISO_8859_5", "ISO_8859_6", "ISO_8859_7",
		"ISO_8859_8", "KOI8R", "KOI8U", "WIN866", "WIN874", "WIN1250", "WIN1251", "WIN1252", "WIN1253", "WIN1254", "WIN1255", "WIN1256", "WIN1257", "WIN1258",
	} {
		whole := true
		for b := 128; b < 256 && whole; b++ {
			var same bool
			err := in.SourceConn.QueryRow(t.Context(), fmt.Sprintf(`SELECT convert_to(convert_from('\x%02x', '%s'), '%[2]s') = '\x%02[1]x'`, b, encoding)).Scan(&same)
			whole = err == nil && same
		}
		if whole != wholly[encoding] {
			t.Errorf("%s: %v", encoding, whole)
		}
	}
}
