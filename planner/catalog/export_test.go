package catalog

// QueriesFor gives the text of all queries for a server of a version, by what they read.
func QueriesFor(versionNum int) map[string]string {
	r := newReader()
	r.v, r.mayReadControl = version(versionNum), versionNum >= 90600
	r.mayReadConnections = true
	r.askAll()
	r.oldParams[&Sequence{Item: Item{Schema: "S", Name: "q"}}] = struct{}{}
	if versionNum < 100000 {
		r.askOldSequences()
	}
	all := map[string]string{}
	for _, q := range r.queries {
		all[q.what] = q.sql
	}
	return all
}
