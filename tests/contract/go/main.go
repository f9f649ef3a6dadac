// Reads a list, a record and totals with the generated client, changes an amount, and prints all answers as one JSON object.
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
	changed, _, err := client.ProjectsAPI.ProjectsPartialUpdate(ctx, code).IfMatch(response.Header.Get("ETag")).PatchedProjectChangeRequest(*change).Execute()
	stopAt("the change", err)

	answers := map[string]any{"list": list, "record": record, "totals": totals, "changed": changed}
	stopAt("printing", json.NewEncoder(os.Stdout).Encode(answers))
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
