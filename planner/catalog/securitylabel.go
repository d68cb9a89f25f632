package catalog

// SecurityLabel is a row of pg_seclabel, or of pg_shseclabel for the database itself.
type SecurityLabel struct {
	// On is the object; Column is the number of a column of it, 0 for the whole. Name is how the server names the two.
	On       Ref
	Column   int16
	Name     string
	Provider string
	Text     string
}
