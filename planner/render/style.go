package render

import "migrator/planner"

// style puts text into colours, or leaves it as it is.
type style struct{ on bool }

func (s style) paint(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string { return s.paint("1", text) }
func (s style) red(text string) string  { return s.paint("31", text) }
func (s style) dim(text string) string  { return s.paint("2", text) }

// change is a change's sign in Terraform's colours.
func (s style) change(c planner.Change) string {
	code := map[planner.Change]string{
		planner.Create: "32", planner.Alter: "33", planner.Copy: "36", planner.Skip: "2", planner.Conflict: "31",
	}[c]
	return s.paint(code, printable(string(c)))
}
