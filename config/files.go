package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	// maxFile is the largest file that is read, in bytes: mappings of 50,000 tables fit.
	maxFile = 16 << 20
	// maxNesting bounds brackets, signs and conditions inside of each other. The parser
	// descends once for each, and a stack overflow cannot be recovered from.
	maxNesting = 200
	// maxExponent bounds numbers such as 1e9: their decimal digits are written out when they become text.
	maxExponent = 3
)

// source is one file that was read: its bytes, and its tree as far as it could be parsed.
type source struct {
	name string // as it is shown: the directory as given, and the file's name
	file *hcl.File
	// broken tells that the tree is incomplete.
	broken bool
	// vars tells a file of variables' values from one of blocks.
	vars bool
}

// body is the tree's root; never nil.
func (s *source) body() *hclsyntax.Body {
	if s.file != nil {
		if b, ok := s.file.Body.(*hclsyntax.Body); ok {
			return b
		}
	}
	return &hclsyntax.Body{}
}

// parse reads and parses one file. The source is nil when the file cannot be read.
func parse(name string) (*source, hcl.Diagnostics) {
	src, err := readFile(name)
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Cannot read " + name, Detail: sentence(err)}}
	}
	s := &source{name: name, file: &hcl.File{Bytes: src, Body: &hclsyntax.Body{}}}
	if diags := checkLimits(src, name); diags.HasErrors() {
		s.broken = true
		return s, diags
	}
	f, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if f != nil && f.Body != nil {
		s.file = f
	}
	s.broken = diags.HasErrors()
	return s, diags
}

// checkLimits refuses what would exhaust the stack or the memory of the parser.
func checkLimits(src []byte, name string) hcl.Diagnostics {
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	depth, chain := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			depth--
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			chain++
		case hclsyntax.TokenComma:
			chain = 0
		case hclsyntax.TokenNewline:
			if depth <= 1 {
				chain = 0
			}
		case hclsyntax.TokenNumberLit:
			if i := strings.IndexAny(string(t.Bytes), "eE"); i >= 0 && len(strings.TrimLeft(string(t.Bytes[i+1:]), "+-0")) > maxExponent {
				return hcl.Diagnostics{problem(hcl.DiagError, t.Range, "Number too large", "The exponent of a number has at most three digits.")}
			}
		}
		if depth > maxNesting || chain > maxNesting {
			return hcl.Diagnostics{problem(hcl.DiagError, t.Range, "Nested too deeply",
				fmt.Sprintf("Brackets, signs and conditions can stand at most %d deep inside of each other.", maxNesting))}
		}
	}
	return nil
}

// readFile reads a regular file of bounded size: a device or a pipe would never end.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, plainPathError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, plainPathError(err)
	}
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if len(src) > maxFile {
		return nil, fmt.Errorf("larger than %d MiB", maxFile>>20)
	}
	return src, nil
}

// plainPathError drops the operation and the path, which the message has already.
func plainPathError(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// readText is the function file(path).
func readText(dir, name string) (string, error) {
	src, err := readFile(inDir(dir, name))
	if err != nil {
		return "", fmt.Errorf("cannot read %q: %w", name, err)
	}
	if !utf8.Valid(src) {
		return "", fmt.Errorf("%q is not UTF-8 text", name)
	}
	return string(src), nil
}

// list gives the names of a directory's files that end in one of the suffixes, in order,
// without hidden ones and editors' copies.
func list(dir string, suffixes ...string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, plainPathError(err)
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") {
			continue
		}
		if slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) }) {
			names = append(names, filepath.Join(dir, name))
		}
	}
	return names, nil
}
