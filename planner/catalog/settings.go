package catalog

// DatabaseSetting is a row of pg_db_role_setting for this database: ALTER DATABASE ... SET, or ALTER ROLE ... IN DATABASE
// ... SET where Args names the role. Name is the parameter.
type DatabaseSetting struct {
	Item
	Value string
	// List says that the parameter's value is a list of names, of which each is quoted by itself.
	List bool `json:",omitempty"`
}
