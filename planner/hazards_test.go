package planner

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryHazardSaysWhatToDo looks for hazards whose advice is missing, in the text of this package: some are hard to bring about.
func TestEveryHazardSaysWhatToDo(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			var advice ast.Expr
			switch x := n.(type) {
			case *ast.CallExpr:
				if f, ok := x.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "hazard" {
					return true
				}
				advice = x.Args[3]
			case *ast.CompositeLit:
				if name, ok := x.Type.(*ast.Ident); !ok || name.Name != "Hazard" {
					return true
				}
				for _, e := range x.Elts {
					pair, ok := e.(*ast.KeyValueExpr)
					if !ok {
						continue
					}
					if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Do" {
						advice = pair.Value
					}
				}
			default:
				return true
			}
			found++
			if text, ok := advice.(*ast.BasicLit); advice == nil || ok && text.Value == `""` {
				t.Errorf("%s: a hazard without what to do", set.Position(n.Pos()))
			}
			return true
		})
	}
	if found < 6 {
		t.Errorf("only %d hazards found", found)
	}
}
