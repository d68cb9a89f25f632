package roles

import (
	"testing"

	"migrator/config"
	"migrator/planner/catalog"
)

func TestProviders(t *testing.T) {
	t.Parallel()
	cfg := &config.Config{Providers: []config.Provider{{Name: "Acme", Roles: []string{"ac[m*"}, Extensions: []string{"acme?"}}}}
	all := providers(cfg)
	for role, want := range map[string]string{
		"rdsadmin": "Amazon RDS and Aurora", "rds_replication": "Amazon RDS and Aurora", "pg_rds_superuser": "ApsaraDB RDS and PolarDB",
		"alicloud_rds_admin": "ApsaraDB RDS and PolarDB", "cloudsqlsuperuser": "Cloud SQL and AlloyDB", "cloudsqladmin": "Cloud SQL and AlloyDB",
		"azure_pg_admin": "Azure Database", "azuresu": "Azure Database", "ac[m/e": "Acme", "acme": "", "postgres": "", "app": "", "myrds_app": "", "rds": "",
	} {
		if have := ofRole(all, role); have != want {
			t.Errorf("%s is of %q, want %q", role, have, want)
		}
	}
	for extension, want := range map[string]string{"aws_s3": "Amazon RDS and Aurora", "acme2": "Acme", "acme": "", "hstore": "", "google_ml_integration": "Cloud SQL and AlloyDB"} {
		if have := OfExtension(cfg, extension); have != want {
			t.Errorf("%s is of %q, want %q", extension, have, want)
		}
	}
}

func TestFates(t *testing.T) {
	t.Parallel()
	server := &catalog.Server{Version: 160000, User: "me", Roles: []*catalog.Role{
		{Name: "me", MemberOf: []catalog.Membership{{Role: "rds_superuser", Set: true, OptionsKnown: true}, {Role: "rds_iam", OptionsKnown: true}}},
		{Name: "app"}, {Name: "rds_superuser"}, {Name: "rds_iam"}, {Name: "rdsadmin"},
	}}
	mapping := config.Mapping{Roles: []config.RoleMapping{{Name: "old", Rename: "app"}, {Name: "rds_mine", Rename: "rds_mine"}}}
	type fate struct {
		name, owner string
		left, made  bool
	}
	for policy, want := range map[config.RolePolicy]map[string]fate{
		config.RolesMap: {
			"app": {"app", "app", false, false}, "old": {"app", "app", false, false}, "new": {"new", "new", false, false}, "": {"", "", false, false},
			"rdsadmin": {"rdsadmin", "me", false, false}, "rds_superuser": {"rds_superuser", "rds_superuser", false, false}, "rds_iam": {"rds_iam", "me", false, false},
			"rds_ad": {"rds_ad", "me", true, false}, "rds_mine": {"rds_mine", "rds_mine", false, false}, "pg_maintain": {"pg_maintain", "me", true, false},
		},
		config.RolesCreate: {
			"app": {"app", "app", false, false}, "new": {"new", "new", false, true}, "rds_ad": {"rds_ad", "me", true, false}, "rds_mine": {"rds_mine", "rds_mine", false, true},
			"pg_maintain": {"pg_maintain", "me", true, false},
		},
		config.RolesIgnore: {
			"app": {"app", "me", false, false}, "new": {"new", "me", true, false}, "old": {"app", "me", false, false}, "me": {"me", "me", false, false},
		},
	} {
		f := Settle(&config.Config{Roles: policy, Mapping: mapping}, server)
		for role, w := range want {
			owner, _ := f.Owner(role)
			if have := (fate{f.Name(role), owner, f.Left(role) != "", f.New(role)}); have != w {
				t.Errorf("%s: %s has %v, want %v", policy, role, have, w)
			}
		}
	}
	f := Settle(&config.Config{Roles: config.RolesCreate}, &catalog.Server{})
	if f.Left("rdsadmin") != "" || f.New("app") {
		t.Error("roles of a server that is not known are not taken to be there")
	}
}
