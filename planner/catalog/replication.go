package catalog

// Publication is a row of pg_publication with what it publishes.
type Publication struct {
	Item
	AllTables bool
	// Publishes are the operations: insert, update, delete, truncate (11).
	Publishes []string
	ViaRoot   bool `json:",omitempty"` // pubviaroot (13)
	// Generated is pubgencols (18): s for stored generated columns, otherwise empty.
	Generated string             `json:",omitempty"`
	Tables    []PublicationTable `json:",omitempty"`
	Schemas   []string           `json:",omitempty"` // (15)
}

// PublicationTable is a row of pg_publication_rel.
type PublicationTable struct {
	Table   Name
	Columns []string `json:",omitempty"` // empty for all (15)
	Where   string   `json:",omitempty"` // pg_get_expr of the row filter, in parentheses (15)
}

// Subscription is a row of pg_subscription whose connection string holds no secret.
type Subscription struct {
	Item
	Connection   string
	Publications []string
	Slot         string // empty for NONE
	// Options are those of CREATE SUBSCRIPTION that differ from their defaults, or whose defaults differ between versions, as "name = value".
	Options []string `json:",omitempty"`
}
