package precheck

import (
	"context"
	"errors"
	"strings"
	"time"

	"migrator/planner/postgres"
)

var connectionChecks = []Check{
	{
		Name: "connection", Severity: Error, Run: checkConnection,
		Doc: "Both servers can be reached: the name resolves, the port answers, TLS is set up, the password is accepted.",
	},
	{
		Name: "same_database", Severity: Error, Run: checkSameDatabase,
		Doc: "Source and destination are not one and the same database, whatever routes lead to them.",
	},
}

func checkConnection(_ context.Context, in *Input) ([]Finding, error) {
	if in.SourceSteps == nil && in.DestinationSteps == nil {
		return nil, &SkipError{"no connection was tried"}
	}
	findings := connectionOf(Source, in.SourceSteps, false)
	created := in.Config != nil && in.Config.Destination.CreateDatabase
	findings = append(findings, connectionOf(Destination, in.DestinationSteps, created)...)
	for _, f := range connectionOf(Destination, in.MaintenanceSteps, false) {
		if !f.Fine {
			f.Found = "the server's database from which the new one is to be created: " + f.Found
			findings = append(findings, f)
		}
	}
	return findings, nil
}

// connectionOf is one finding for a side: where it ended, or how long each step took.
func connectionOf(side string, steps []postgres.Step, created bool) []Finding {
	var parts []string
	for _, s := range steps {
		if s.Err != nil {
			f := Finding{Side: side, Found: s.Name + ": " + s.Err.Error()}
			var failure *postgres.ConnectError
			if errors.As(s.Err, &failure) {
				f.Do = failure.Hint
				if created && failure.Kind == postgres.KindDatabaseMissing {
					f.Fine, f.Found, f.Do = true, "the database does not exist and will be created", ""
				}
			}
			return []Finding{f}
		}
		if !s.Skipped {
			part := s.Name + " " + s.Took.Round(100*time.Microsecond).String()
			if s.Name == "tls" {
				part += " (" + s.Detail + ")"
			}
			parts = append(parts, part)
		}
	}
	if parts == nil {
		return nil
	}
	return []Finding{{Fine: true, Side: side, Found: strings.Join(parts, ", ")}}
}

func checkSameDatabase(ctx context.Context, in *Input) ([]Finding, error) {
	if in.SourceConn == nil {
		return nil, errNoSource
	}
	if in.DestinationConn == nil {
		return nil, errNoDestination
	}
	same, err := postgres.SameDatabase(ctx, in.SourceConn, in.DestinationConn)
	if err != nil || !same {
		return nil, err
	}
	return []Finding{{
		Found: "source and destination are one and the same database: " + postgres.Describe(in.DestinationConn),
		Do:    "correct the destination block",
	}}, nil
}
