package catalog

// Kinds of objects that most databases have few of, or none.
const (
	KindCollation       Kind = "collation"
	KindConversion      Kind = "conversion"
	KindCast            Kind = "cast"
	KindStatistics      Kind = "statistics"
	KindTSParser        Kind = "text_search_parser"
	KindTSTemplate      Kind = "text_search_template"
	KindTSDictionary    Kind = "text_search_dictionary"
	KindTSConfiguration Kind = "text_search_configuration"

	KindPublication       Kind = "publication"
	KindSubscription      Kind = "subscription"
	KindEventTrigger      Kind = "event_trigger"
	KindDefaultPrivileges Kind = "default_privileges"

	KindAccessMethod   Kind = "access_method"
	KindOperatorFamily Kind = "operator_family"
	KindOperatorClass  Kind = "operator_class"
	KindLanguage       Kind = "language"
	KindTransform      Kind = "transform"

	KindDatabase        Kind = "database" // see DatabaseProperties
	KindRole            Kind = "role"     // of the server; see Server.Roles
	KindDatabaseSetting Kind = "database_setting"

	KindForeignDataWrapper Kind = "foreign_data_wrapper"
	KindServer             Kind = "server"
	KindUserMapping        Kind = "user_mapping"
	KindForeignTable       Kind = "foreign_table"
)
