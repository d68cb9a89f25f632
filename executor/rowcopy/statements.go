package rowcopy

// Statements are what Run would send for an item: what the source is asked for, and what the destination is told between BEGIN and
// the record of the ledger. They are for reading.
func Statements(item Item, version int) (source string, destination []string) {
	for _, s := range script([]Item{item}, version) {
		if s.item >= 0 {
			destination = append(destination, s.sql)
		}
	}
	return SelectSQL(item.Copy, item.Part), destination
}
