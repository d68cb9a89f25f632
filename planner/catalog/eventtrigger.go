package catalog

// EventTrigger is a row of pg_event_trigger.
type EventTrigger struct {
	Item
	Event    string
	Tags     []string `json:",omitempty"`
	Function Name
	Enabled  string // evtenabled: O D R A
}

// DefaultPrivileges is a row of pg_default_acl: what a role (Name and Owner) grants on objects that it will create, in a
// schema or (Schema is empty) anywhere. Args says on which: tables, sequences, functions, types, schemas, large objects.
type DefaultPrivileges struct {
	Item
}
