package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform that need no cloud, with env and file besides. Every
// value that env or sensitive gives is handed to learn, so that messages can leave it out.
func functions(dir string, environ map[string]string, learn func(cty.Value)) map[string]function.Function {
	return map[string]function.Function{
		// text
		"chomp": stdlib.ChompFunc, "format": careful(stdlib.FormatFunc), "formatlist": careful(stdlib.FormatListFunc),
		"indent": stdlib.IndentFunc, "join": stdlib.JoinFunc, "lower": stdlib.LowerFunc, "regex": stdlib.RegexFunc,
		"regexall": stdlib.RegexAllFunc, "replace": replaceFunc(), "split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc,
		"substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc,
		"trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc,
		"startswith": testFunc(strings.HasPrefix), "endswith": testFunc(strings.HasSuffix), "strcontains": testFunc(strings.Contains),
		// numbers
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc, "max": stdlib.MaxFunc,
		"min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,
		// collections
		"chunklist": stdlib.ChunklistFunc, "coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc,
		"element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "keys": stdlib.KeysFunc, "length": lengthFunc(),
		"lookup": stdlib.LookupFunc, "merge": stdlib.MergeFunc, "reverse": stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc, "setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc,
		"slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
		// encodings and types
		"base64decode": stringFunc(decodeBase64), "base64encode": stringFunc(encodeBase64), "urlencode": stringFunc(encodeURL),
		"csvdecode": stdlib.CSVDecodeFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
		"tobool": stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number), "tostring": stdlib.MakeToFunc(cty.String),
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"can":   tryfunc.CanFunc, "try": tryfunc.TryFunc,
		// the world outside, and secrets
		"env": envFunc(environ, learn), "file": stringFunc(func(name string) (string, error) { return readText(dir, name) }),
		"sensitive": sensitiveFunc(learn), "nonsensitive": nonsensitiveFunc(),
	}
}

func envFunc(environ map[string]string, learn func(cty.Value)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "name", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name := args[0].AsString()
			text, ok := environ[name]
			if !ok {
				return cty.NilVal, missingEnvError{name}
			}
			v := cty.StringVal(text)
			learn(v)
			return v.Mark(sensitive), nil
		},
	})
}

// missingEnvError is that of env: its text names a variable and never a value, so it may be shown.
type missingEnvError struct{ name string }

// Error names the variable.
func (e missingEnvError) Error() string {
	return fmt.Sprintf("the environment variable %q is not set", e.name)
}

func sensitiveFunc(learn func(cty.Value)) function.Function {
	return passThrough(func(v cty.Value) cty.Value {
		plain, _ := v.UnmarkDeep()
		learn(plain)
		return v.Mark(sensitive)
	})
}

func nonsensitiveFunc() function.Function {
	return passThrough(func(v cty.Value) cty.Value {
		plain, _ := v.UnmarkDeep()
		return plain
	})
}

// passThrough makes a function that changes nothing but marks.
func passThrough(change func(cty.Value) cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true}},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return change(args[0]), nil },
	})
}

func stringFunc(do func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			out, err := do(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(out), nil
		},
	})
}

func testFunc(test func(s, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}, {Name: "part", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(test(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

// replaceFunc is Terraform's: a pattern between slashes is a regular expression.
func replaceFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}, {Name: "pattern", Type: cty.String}, {Name: "replacement", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, pattern, by := args[0].AsString(), args[1].AsString(), args[2].AsString()
			if len(pattern) < 2 || pattern[0] != '/' || pattern[len(pattern)-1] != '/' {
				return cty.StringVal(strings.ReplaceAll(text, pattern, by)), nil
			}
			re, err := regexp.Compile(pattern[1 : len(pattern)-1])
			if err != nil {
				return cty.NilVal, function.NewArgErrorf(1, "not a regular expression: %s", err)
			}
			return cty.StringVal(re.ReplaceAllString(text, by)), nil
		},
	})
}

// lengthFunc counts characters of texts besides the elements of collections.
func lengthFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch t := args[0].Type(); {
			case t == cty.DynamicPseudoType:
				return cty.UnknownVal(cty.Number), nil
			case t == cty.String:
				return stdlib.Strlen(args[0])
			case t.IsTupleType():
				return cty.NumberIntVal(int64(t.Length())), nil
			case t.IsObjectType():
				return cty.NumberIntVal(int64(len(t.AttributeTypes()))), nil
			case t.IsCollectionType():
				return args[0].Length(), nil
			}
			return cty.NilVal, function.NewArgErrorf(0, "must be a string, a list, a set, a map, a tuple or an object")
		},
	})
}

var wideVerb = regexp.MustCompile(`%[^%a-zA-Z]*[0-9]{4}`)

// careful refuses widths that would fill the memory with blanks.
func careful(f function.Function) function.Function {
	return function.New(&function.Spec{
		Params:   f.Params(),
		VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if v, _ := args[0].Unmark(); v.Type() == cty.String && v.IsKnown() && !v.IsNull() && wideVerb.MatchString(v.AsString()) {
				return cty.NilType, function.NewArgErrorf(0, "widths have at most three digits")
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}

func encodeBase64(s string) (string, error) {
	return base64.StdEncoding.EncodeToString([]byte(s)), nil
}

func encodeURL(s string) (string, error) { return url.QueryEscape(s), nil }

func decodeBase64(s string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(b) {
		return "", errors.New("not the base64 form of a text")
	}
	return string(b), nil
}
