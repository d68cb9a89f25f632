package planner

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

func describeSide(at Side, db *catalog.Database, sel *selection) (Side, error) {
	at.Database = db.Name
	if at.Database == "" {
		at.Database = at.User
	}
	at.SystemID, at.DatabaseOID = db.Server.SystemID, db.OID
	at.Version, at.VersionText = db.Server.Version, db.Server.VersionText
	at.Bytes, at.Tables = db.Size, len(db.Tables)
	at.Encoding, at.Collate, at.CType = db.Encoding, db.Collate, db.CType
	var err error
	at.Fingerprint, err = fingerprint(db, sel)
	return at, err
}

// Fingerprint maps each selected object's address to a digest of its definition, owner, comments and privileges. Whoever
// compares two of them knows what was added, removed and changed. A nil selection takes everything.
func Fingerprint(db *catalog.Database, sel *config.Select) (map[string]string, error) {
	if sel == nil {
		return fingerprint(db, nil)
	}
	return fingerprint(db, newSelection(*sel, db))
}

func fingerprint(db *catalog.Database, sel *selection) (map[string]string, error) {
	prints := map[string]string{}
	for _, o := range db.Objects() {
		if sel != nil && !sel.selects(o) {
			continue
		}
		i := o.Meta()
		text, err := ddl.Definition(o)
		if err != nil {
			return nil, fmt.Errorf("definition of %s: %w", i.Address(), err)
		}
		prints[i.Address()] = shortDigest([]byte(text + "\x00" + strings.Join(ddl.Privileges(o), "\x00")))
	}
	if sel == nil && len(db.NewObjects) > 0 {
		// What the plan revokes depends on them, and so on who applies it.
		prints["default_privileges.of the role that migrates"] = shortDigest(fmt.Append(nil, db.NewObjects))
	}
	for _, l := range db.SecurityLabels {
		prints[ActionSecurityLabel+"."+catalog.AddressPart(l.Provider)+"."+catalog.AddressPart(l.Name)] = shortDigest([]byte(l.Text))
	}
	for _, u := range db.Uncarried {
		prints[u.Kind+"."+u.Name] = "-"
	}
	return prints, nil
}

// Changes says in words how one fingerprint differs from another, at most limit of them and then how many more.
func Changes(before, after map[string]string, limit int) []string {
	var changes []string
	for a, d := range after {
		switch was, ok := before[a]; {
		case !ok:
			changes = append(changes, spell(a)+" is new")
		case was != d:
			changes = append(changes, spell(a)+" has changed")
		}
	}
	for a := range before {
		if _, ok := after[a]; !ok {
			changes = append(changes, spell(a)+" is gone")
		}
	}
	sort.Strings(changes)
	if len(changes) > limit {
		more := len(changes) - limit
		changes = append(changes[:limit], fmt.Sprintf("and %d more", more))
	}
	return changes
}

// spell turns an address into words: "table public.orders".
func spell(address string) string {
	kind, name, _ := strings.Cut(address, ".")
	return strings.ReplaceAll(kind, "_", " ") + " " + name
}

// shortDigest tells two texts apart that nobody has made to be alike.
func shortDigest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
