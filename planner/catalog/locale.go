package catalog

import "strings"

// LocaleName makes the names of one locale equal that systems write in different ways: en_US.UTF-8 and en_US.utf8, POSIX and C.
func LocaleName(locale string) string {
	name := strings.ReplaceAll(strings.ToLower(locale), "-", "")
	if name == "posix" {
		return "c"
	}
	return name
}

// RoutesLike says whether texts decide in both databases alike which partition a row belongs in. What is not known is taken to differ.
func (r *Routing) RoutesLike(a, b *Database) bool {
	if a.Encoding != b.Encoding {
		return false
	}
	for _, provider := range r.Providers {
		if provider != "d" && !sameLibrary(a, b, provider) || provider == "d" && !sameCollation(a, b) {
			return false
		}
	}
	return true
}

// sameCollation compares the databases' own collations.
func sameCollation(a, b *Database) bool {
	if a.Provider != b.Provider || a.Locale != b.Locale || a.ICURules != b.ICURules ||
		LocaleName(a.Collate) != LocaleName(b.Collate) || LocaleName(a.CType) != LocaleName(b.CType) {
		return false
	}
	switch a.Provider {
	case "c":
		return plainLocale(a.Collate) && plainLocale(a.CType) || sameLibrary(a, b, "c")
	case "b":
		return true // the server's own, which sorts by code points
	}
	return sameLibrary(a, b, a.Provider)
}

// plainLocale says whether a locale of libc has no version: C, and C.UTF-8, which sorts by code points.
func plainLocale(locale string) bool {
	name := LocaleName(locale)
	return name == "c" || strings.HasPrefix(name, "c.")
}

func sameLibrary(a, b *Database, provider string) bool {
	version := a.Server.Libraries[provider]
	return version != "" && version == b.Server.Libraries[provider]
}
