package ddl

import "migrator/planner/catalog"

// ChangeComments returns the statements that give an object which exists already as have the comments of want, and take away those
// that want has not. It returns nothing if they are the same. Both are to have the same names.
func ChangeComments(want, have catalog.Object) []string {
	there := map[string]string{}
	for _, c := range comments(have) {
		there[c.on] = c.text
	}
	var sql []string
	wanted := map[string]bool{}
	for _, c := range comments(want) {
		wanted[c.on] = true
		if there[c.on] != c.text {
			sql = append(sql, commentOn(c.on, c.text))
		}
	}
	for _, c := range comments(have) {
		if !wanted[c.on] {
			sql = append(sql, commentOn(c.on, ""))
		}
	}
	return sql
}
