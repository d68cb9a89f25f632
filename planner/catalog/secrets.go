package catalog

import (
	"regexp"
	"strings"
)

// secretWords mark names of options whose values are kept secret. That some harmless option has such a word in its name is
// the smaller harm: it is asked for by hand.
var secretWords = []string{"password", "secret", "key", "token", "credential", "passfile"}

// userinfo is a password in a connection URI.
var userinfo = regexp.MustCompile(`^[a-z]+://[^/@?]*:[^/@?]+@`)

// secretIn says what secret a connection string holds, empty if none.
func secretIn(connection string) string {
	if userinfo.MatchString(connection) {
		return "password"
	}
	return secretWord(connection)
}

// secretWord is the word of a text that tells of a secret, empty if there is none.
func secretWord(text string) string {
	text = strings.ToLower(text)
	for _, w := range secretWords {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// secretOption is the first of some options ("name=value") whose name tells of a secret, empty if there is none.
func secretOption(options []string) string {
	for _, o := range options {
		if name, _, _ := strings.Cut(o, "="); secretWord(name) != "" {
			return name
		}
	}
	return ""
}
