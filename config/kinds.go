package config

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// The functions of this file make attributes of one type each, in the manner of package
// flag: a destination, a name, a default, a description, and what values are accepted.

func text(dst *string, name, doc string, checks ...func(string) error) attribute {
	return attribute{name: name, kind: "string", doc: doc, want: cty.String, set: func(a argument) error {
		*dst = a.value.AsString()
		return checkAll(*dst, checks)
	}}
}

func texts(dst *[]string, name, doc string, checks ...func(string) error) attribute {
	return attribute{name: name, kind: "list of strings", doc: doc, want: cty.List(cty.String), set: func(a argument) error {
		all, err := elements(a)
		if err != nil {
			return err
		}
		for i, s := range all {
			if err := checkAll(s, checks); err != nil {
				return elementError{i, err}
			}
		}
		*dst = all
		return nil
	}}
}

// textOrTexts takes one string or a list of them.
func textOrTexts(dst *[]string, name, doc string, checks ...func(string) error) attribute {
	list := texts(dst, name, doc, checks...)
	setList := list.set
	list.kind, list.want = "string or list of strings", cty.DynamicPseudoType
	list.set = func(a argument) error {
		if a.value.Type().IsPrimitiveType() {
			a.value = cty.TupleVal([]cty.Value{a.value})
		}
		v, err := convert.Convert(a.value, cty.List(cty.String))
		if err != nil {
			return errors.New("a string or a list of strings is required")
		}
		a.value = v
		return setList(a)
	}
	return list
}

// textMap takes a map from names to strings; check sees a name and its value.
//
//nolint:gocritic // Like every kind here it is told where to put its value.
func textMap(dst *map[string]string, name, doc string, check func(key, value string) error) attribute {
	return attribute{name: name, kind: "map of strings", doc: doc, want: cty.Map(cty.String), set: func(a argument) error {
		all := map[string]string{}
		for it := a.value.ElementIterator(); it.Next(); {
			k, v := it.Element()
			if v.IsNull() {
				return fmt.Errorf("the value of %q is null; leave it out instead", k.AsString())
			}
			if err := check(k.AsString(), v.AsString()); err != nil {
				return err
			}
			all[k.AsString()] = v.AsString()
		}
		*dst = all
		return nil
	}}
}

// patterns takes globs and keeps the place of each.
func patterns(dst *[]Pattern, name, doc string) attribute {
	var all []string
	list := globs(texts(&all, name, doc, checkGlob))
	setList := list.set
	list.set = func(a argument) error {
		if err := setList(a); err != nil {
			return err
		}
		*dst = nil
		for i, g := range all {
			*dst = append(*dst, Pattern{Glob: g, Pos: position(a.at(i))})
		}
		return nil
	}
	return list
}

func oneOf[T ~string](dst *T, name, def, doc string, allowed ...T) attribute {
	return attribute{name: name, kind: enumeration(allowed), def: def, doc: doc, want: cty.String, set: func(a argument) error {
		*dst = T(a.value.AsString())
		return checkOneOf(string(*dst), allowed)
	}}
}

func yesNo(dst *bool, name, def, doc string) attribute {
	return attribute{name: name, kind: "bool", def: def, doc: doc, want: cty.Bool, set: func(a argument) error {
		*dst = a.value.True()
		return nil
	}}
}

func whole(dst *int, name, def, doc string, low, high int) attribute {
	return attribute{name: name, kind: "number", def: def, doc: doc, want: cty.Number, set: func(a argument) error {
		f := a.value.AsBigFloat()
		n, _ := f.Int64()
		if !f.IsInt() || n < int64(low) || n > int64(high) {
			return fmt.Errorf("must be a whole number from %d to %d", low, high)
		}
		*dst = int(n)
		return nil
	}}
}

func rate(dst *float64, name, doc string) attribute {
	return attribute{name: name, kind: "number", def: "0", doc: doc, want: cty.Number, set: func(a argument) error {
		n, _ := a.value.AsBigFloat().Float64()
		if n < 0 || math.IsInf(n, 0) {
			return errors.New("must be 0 (no limit) or more")
		}
		*dst = n
		return nil
	}}
}

// size takes "1GiB", "500 MB" or a number of bytes.
func size(dst *int64, name, def, doc string, low int64) attribute {
	return attribute{name: name, kind: "size", def: def, doc: doc, want: cty.String, set: func(a argument) error {
		n, err := humanize.ParseBytes(a.value.AsString())
		if err != nil || n > math.MaxInt64 {
			return errors.New(`must be a size such as "512MiB", "1GiB" or "2TB"`)
		}
		if int64(n) < low {
			return fmt.Errorf("must be at least %s", humanize.IBytes(uint64(low)))
		}
		*dst = int64(n)
		return nil
	}}
}

// duration takes Go's notation: "90s", "10m", "1h30m".
func duration(dst *time.Duration, name, def, doc string, low, high time.Duration) attribute {
	return attribute{name: name, kind: "duration", def: def, doc: doc, want: cty.String, set: func(a argument) error {
		d, err := time.ParseDuration(a.value.AsString())
		if err != nil {
			return errors.New(`must be a duration such as "90s", "10m" or "1h30m"`)
		}
		if d < low || d > high {
			return fmt.Errorf("must be from %s to %s", short(low), short(high))
		}
		*dst = d
		return nil
	}}
}

// path takes a file name and makes it absolute. Words in keep are not file names and stay.
func path(dst *string, name, doc string, keep ...string) attribute {
	return attribute{name: name, kind: "path", doc: doc, want: cty.String, set: func(a argument) error {
		p := a.value.AsString()
		if strings.TrimSpace(p) == "" || strings.ContainsRune(p, 0) {
			return errors.New("must be the name of a file")
		}
		if !slices.Contains(keep, p) {
			p = inDir(a.dir, p)
		}
		*dst = p
		return nil
	}}
}

func (a attribute) withDefault(def string) attribute {
	a.def = def
	return a
}

func inDir(dir, p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(dir, p)
}

func elements(a argument) ([]string, error) {
	all := []string{}
	for it := a.value.ElementIterator(); it.Next(); {
		_, v := it.Element()
		if v.IsNull() {
			return nil, elementError{len(all), errors.New("must not be null")}
		}
		all = append(all, v.AsString())
	}
	return all, nil
}

func position(r hcl.Range) Position { return Position{File: r.Filename, Line: r.Start.Line} }

func enumeration[T ~string](allowed []T) string {
	quoted := make([]string, len(allowed))
	for i, v := range allowed {
		quoted[i] = strconv.Quote(string(v))
	}
	return strings.Join(quoted, ", ")
}

// short prints a duration without trailing zero units: 12h0m0s is 12h.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
