package planner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
)

// writePlan prints JSON that holds a plan, as around gives it, with indent for each level; margin is what stands before the plan's own
// fields. It holds no more than one action at a time: a plan of 10,000 tables is 100 MB of text.
func writePlan(w io.Writer, p *Plan, indent, margin string, around func(*Plan) any) error {
	head, tail, err := frame(p, indent, around)
	if err != nil {
		return err
	}
	lines := &lineWriter{to: w}
	lines.write(head)
	if len(p.Actions) == 0 {
		lines.write(emptyActions(p))
	} else {
		between := ""
		if indent != "" {
			between = "\n" + margin + indent
		}
		var one bytes.Buffer
		for i := range p.Actions {
			one.Reset()
			enc := encoder(&one)
			enc.SetIndent(margin+indent, indent)
			if err := enc.Encode(&p.Actions[i]); err != nil {
				return err
			}
			if i == 0 {
				lines.write([]byte("[" + between))
			} else {
				lines.write([]byte("," + between))
			}
			lines.write(bytes.TrimSuffix(one.Bytes(), []byte("\n")))
		}
		if indent != "" {
			lines.write([]byte("\n" + margin))
		}
		lines.write([]byte("]"))
	}
	lines.write(tail)
	return lines.err
}

// frame is what stands before and behind a plan's actions. Fields behind them are left out where they are empty.
func frame(p *Plan, indent string, around func(*Plan) any) (head, tail []byte, err error) {
	whole := *p
	whole.Actions = nil
	begin := whole
	begin.Hazards, begin.Warnings, begin.Unchanged, begin.Excluded = nil, nil, nil, nil
	var all, first bytes.Buffer
	for out, plan := range map[*bytes.Buffer]*Plan{&all: &whole, &first: &begin} {
		enc := encoder(out)
		enc.SetIndent("", indent)
		if err := enc.Encode(around(plan)); err != nil {
			return nil, nil, err
		}
	}
	const none = `null`
	at := bytes.LastIndex(first.Bytes(), []byte(none))
	if at < 0 || !bytes.HasPrefix(all.Bytes(), first.Bytes()[:at+len(none)]) || len(bytes.Trim(first.Bytes()[at+len(none):], " \n}")) > 0 {
		return nil, nil, errors.New("a plan's actions are not where they are looked for")
	}
	return first.Bytes()[:at], bytes.TrimSuffix(all.Bytes()[at+len(none):], []byte("\n")), nil
}

func emptyActions(p *Plan) []byte {
	if p.Actions == nil {
		return []byte("null")
	}
	return []byte("[]")
}

func encoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}

// lineWriter keeps the first error.
type lineWriter struct {
	to  io.Writer
	err error
}

func (l *lineWriter) write(b []byte) {
	if l.err == nil {
		_, l.err = l.to.Write(b)
	}
}

// compactDigest is the SHA-256 of valid JSON without the spaces between its words.
func compactDigest(data []byte) string {
	sum := sha256.New()
	from, quoted, escaped := 0, false, false
	for i, c := range data {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == ' ' || c == '\n' || c == '\r' || c == '\t':
			sum.Write(data[from:i])
			from = i + 1
		}
	}
	sum.Write(data[from:])
	return hex.EncodeToString(sum.Sum(nil))
}
