package roles

import (
	_ "embed" // of the known providers
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"migrator/config"
)

// known are the managed services that need no configuration.
//
//go:embed providers.json
var known []byte

// provider is a managed service with roles and extensions of its own, as globs on their names.
type provider struct {
	Name       string   `json:"name"`
	Roles      []string `json:"roles"`
	Extensions []string `json:"extensions"`
}

// providers are those that are known, after those of the configuration.
func providers(cfg *config.Config) []provider {
	var all, builtIn []provider
	for _, p := range cfg.Providers {
		all = append(all, provider(p))
	}
	if err := json.Unmarshal(known, &builtIn); err != nil {
		panic(fmt.Sprintf("providers.json, which is built in: %v", err))
	}
	return append(all, builtIn...)
}

// OfExtension names the managed service that alone has an extension, empty if it is none's.
func OfExtension(cfg *config.Config, extension string) string {
	for _, p := range providers(cfg) {
		if matches(p.Extensions, extension) {
			return p.Name
		}
	}
	return ""
}

// ofRole names the managed service that a role belongs to, empty if it is none's.
func ofRole(all []provider, role string) string {
	for _, p := range all {
		if matches(p.Roles, role) {
			return p.Name
		}
	}
	return ""
}

// plain takes the meaning from what means something to path.Match beside * and ?.
var plain = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `/`, "\x00")

func matches(globs []string, name string) bool {
	name = strings.ReplaceAll(name, "/", "\x00")
	for _, g := range globs {
		if ok, err := path.Match(plain.Replace(g), name); ok && err == nil {
			return true
		}
	}
	return false
}
