// Reads files as the programs do that they are for: `dashboards FILE…` with the types that Grafana publishes, where an
// unknown key, a wrong type or a value out of bounds is an error; `compose FILE` with the library that Docker Compose is
// made of, which prints the project with all variables filled in.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	failed := false
	fail := func(file string, err error) {
		failed = true
		fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
	}
	switch os.Args[1] {
	case "dashboards":
		plugins.RegisterDefaultPlugins()
		for _, file := range os.Args[2:] {
			if err := readDashboard(file); err != nil && err.Error() != "" {
				fail(file, err)
			}
		}
	case "compose":
		if err := readCompose(os.Args[2]); err != nil {
			fail(os.Args[2], err)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// What is found comes as a list; an empty one is no error.
func readDashboard(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	board := dashboard.Dashboard{}
	if err := board.UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
		return err
	}
	return board.Validate()
}

func readCompose(file string) error {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithOsEnv, cli.WithResolvedPaths(true))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	text, err := project.MarshalYAML()
	fmt.Print(string(text))
	return err
}
