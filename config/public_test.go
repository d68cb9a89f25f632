package config

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"
)

func loadFull(t *testing.T) *Config {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/load/full.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir, opts, _ := unpack(t, archive)
	c, diags := Load(dir, opts)
	if len(diags) > 0 {
		t.Fatal(printed(t, dir, diags))
	}
	return c
}

// TestPublic stores the public part, reads it back, and puts it over other connections.
func TestPublic(t *testing.T) {
	t.Parallel()
	c := loadFull(t)
	stored, err := json.MarshalIndent(c.Public(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"ss/word", "ss%2F", "keypass", "client.crt", c.Dir} {
		if strings.Contains(string(stored), secret) {
			t.Errorf("%q is in\n%s", secret, stored)
		}
	}
	again, err := json.MarshalIndent(loadFull(t).Public(), "", "  ")
	if err != nil || string(again) != string(stored) {
		t.Errorf("not deterministic: %v\n%s\n%s", err, stored, again)
	}
	var p Public
	if err := json.Unmarshal(stored, &p); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Public(), p); diff != "" {
		t.Error(diff)
	}
	other, messages := load(t, Options{}, map[string]string{"a.hcl": "source {\n host = \"a\"\n}\ndestination {\n host = \"b\"\n}\n"})
	if messages != "" {
		t.Fatal(messages)
	}
	want := *c
	want.Dir, want.StatePath = other.Dir, other.StatePath
	want.Source = Endpoint{Hosts: []string{"a"}, Settings: c.Source.Settings}
	want.Destination.Endpoint = Endpoint{Hosts: []string{"b"}}
	if diff := cmp.Diff(&want, p.Apply(other), cmpopts.IgnoreTypes(Position{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestPublicEndpoint(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in   Endpoint
		want PublicEndpoint
	}{
		"nothing":     {Endpoint{}, PublicEndpoint{}},
		"url":         {Endpoint{URL: "postgres://me:secret@[::1]:5433/shop?sslpassword=k"}, PublicEndpoint{Hosts: []string{"::1"}, Ports: []string{"5433"}, Database: "shop"}},
		"keywords":    {Endpoint{URL: `host='/var/run' dbname = shop password='it\'s'`}, PublicEndpoint{Hosts: []string{"/var/run"}, Database: "shop"}},
		"parts win":   {Endpoint{URL: "postgres://a,b/shop", Hosts: []string{"c"}, Port: 1, Database: "d"}, PublicEndpoint{Hosts: []string{"c"}, Ports: []string{"1"}, Database: "d"}},
		"several":     {Endpoint{URL: "postgres://a:1,b:2/"}, PublicEndpoint{Hosts: []string{"a", "b"}, Ports: []string{"1", "2"}}},
		"broken url":  {Endpoint{URL: "://secret"}, PublicEndpoint{}},
		"query alone": {Endpoint{URL: "postgresql:///?host=a&port=2&dbname=x"}, PublicEndpoint{Hosts: []string{"a"}, Ports: []string{"2"}, Database: "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, publicEndpoint(test.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	c := &Config{
		Source:      Endpoint{Password: "pa ss", TLS: TLS{ClientKeyPassword: "pa ss word"}, URL: "postgres://me:u%72l/@@a/shop"},
		Destination: Destination{Endpoint: Endpoint{URL: "postgres://me:u%72l%2F@a/shop?sslpassword=k%20ey", Password: "a", TLS: TLS{ClientKeyPassword: "<a\n"}}},
	}
	for in, want := range map[string]string{
		"nothing to hide, at all":                   "nothing to hide, at all",
		"with pa ss word":                           "with (sensitive)",
		"with pa ss":                                "with (sensitive)",
		"pa+ss and pa%20ss":                         "(sensitive) and (sensitive)",
		"url/ u%72l%2F url%2F":                      "(sensitive) (sensitive) (sensitive)",
		`quoted "<a\n" or "\u003ca\n"`:              `quoted "(sensitive)" or "(sensitive)"`,
		"k ey k+ey":                                 "(sensitive) (sensitive)",
		"postgres://me:u%72l/@@a/shop is not a URL": "(sensitive) is not a URL",
	} {
		if got := c.Redact(in); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
}
