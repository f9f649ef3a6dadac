// Reads a list, a record and totals with the generated client, changes an amount, meets a conflict and an error, and prints all
// answers as one JSON object.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"example.org/reader/register"
)

func main() {
	site, token, code := os.Args[1], os.Args[2], os.Args[3]
	configuration := register.NewConfiguration()
	configuration.Servers = register.ServerConfigurations{{URL: site}}
	configuration.AddDefaultHeader("Accept-Language", "en")
	configuration.AddDefaultHeader("Authorization", "Token "+token)
	client, ctx := register.NewAPIClient(configuration), context.Background()

	list, _, err := client.ProjectsAPI.ProjectsList(ctx).PageSize(100).Execute()
	stopAt("the list", err)
	record, response, err := client.ProjectsAPI.ProjectsRetrieve(ctx, code).Execute()
	stopAt("the record", err)
	totals, _, err := client.TotalsAPI.TotalsRetrieve(ctx).Programme(2023).By("prefecture").Execute()
	stopAt("totals", err)

	change := register.NewPatchedProjectChangeRequest()
	change.SetTotalInvestment(record.GetTotalInvestment() + 1)
	change.SetTotalInvestmentReportedBy("a client in Go")
	change.SetReason("one more CNY")
	send := client.ProjectsAPI.ProjectsPartialUpdate(ctx, code).IfMatch(response.Header.Get("ETag")).PatchedProjectChangeRequest(*change)
	changed, _, err := send.Execute()
	stopAt("the change", err)
	_, _, conflict := send.Execute()
	_, _, refused := client.ProjectsAPI.ProjectsList(ctx).Sector([]string{"nothing"}).Execute()

	answers := map[string]any{"list": list, "record": record, "totals": totals, "changed": changed}
	answers["conflict"], answers["refused"] = problem(conflict), problem(refused)
	stopAt("printing", json.NewEncoder(os.Stdout).Encode(answers))
}

func problem(err error) register.Problem {
	return err.(*register.GenericOpenAPIError).Model().(register.Problem)
}

func stopAt(what string, err error) {
	if err == nil {
		return
	}
	if answer, ok := err.(*register.GenericOpenAPIError); ok {
		err = fmt.Errorf("%w: %s", err, answer.Body())
	}
	fmt.Fprintln(os.Stderr, what+":", err)
	os.Exit(1)
}
