package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	"golang.org/x/term"

	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/report"
)

// settingNames are all settings of the program. Each is a flag, a variable DRGSIM_NAME and a key of drgsim.yaml, in
// this order of strength. They steer how the program works and prints; amounts and codes never pass through them.
var settingNames = []string{"lang", "unit", "workers", "policies", "studies", "color", "progress", "quiet"}

// newSettings makes the store of settings. Its key delimiter is one that no key contains.
func newSettings() *viper.Viper { return viper.NewWithOptions(viper.KeyDelimiter("::")) }

func (a *app) settingFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.String("config", "", "settings `file` (default drgsim.yaml in this folder, where there is one)")
	f.String("lang", "en", "language of reports: zh or en")
	f.String("unit", "yuan", "unit of amounts in reports: yuan or wan (10,000 yuan)")
	f.Int("workers", 0, "`number` of goroutines, and of processors at most; 0 means one per processor")
	f.String("policies", "", "`folder` of policy packs to use instead of those shipped")
	f.String("studies", "scenarios", "`folder` that is searched for a study that is not found as named")
	f.String("color", "auto", "colour in tables: auto, always or never")
	f.String("progress", "auto", "progress on standard error: auto, json or none")
	f.Bool("quiet", false, "print results and errors only")
}

// loadSettings layers flags over DRGSIM_* over drgsim.yaml over defaults, and checks them.
func (a *app) loadSettings(cmd *cobra.Command) error {
	v := a.settings
	for _, name := range settingNames {
		if err := v.BindPFlag(name, cmd.Root().PersistentFlags().Lookup(name)); err != nil {
			return fmt.Errorf("binding setting %s: %w", name, err)
		}
		if err := v.BindEnv(name, "DRGSIM_"+strings.ToUpper(name)); err != nil {
			return fmt.Errorf("binding setting %s: %w", name, err)
		}
	}
	file, err := cmd.Root().PersistentFlags().GetString("config")
	if err != nil {
		return err
	}
	if file == "" {
		if _, err := os.Stat("drgsim.yaml"); err != nil {
			return a.checkSettings()
		}
		file = "drgsim.yaml"
	}
	v.SetConfigFile(file)
	if err := v.ReadInConfig(); err != nil {
		return usageError(fmt.Errorf("settings %s: %w", file, err))
	}
	for _, key := range v.AllKeys() {
		if !slices.Contains(settingNames, key) {
			return usageError(fmt.Errorf("settings %s: unknown key %q; allowed are %s%s", file, key, strings.Join(settingNames, ", "), nearest.Hint(key, settingNames)))
		}
	}
	return a.checkSettings()
}

func (a *app) checkSettings() error {
	for name, words := range map[string][]string{"lang": {"zh", "en"}, "unit": {"yuan", "wan"}, "color": {"auto", "always", "never"}, "progress": {"auto", "json", "none"}} {
		if w := a.settings.GetString(name); !slices.Contains(words, w) {
			return usageError(fmt.Errorf("setting %s: %q is none of %s%s", name, w, strings.Join(words, ", "), nearest.Hint(w, words)))
		}
	}
	if dir := a.settings.GetString("policies"); dir != "" && !isFolder(dir) {
		return usageError(fmt.Errorf("setting policies: there is no folder %s", dir))
	}
	// Read as text, since a word would count as 0, which means all processors.
	text := a.settings.GetString("workers")
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return usageError(fmt.Errorf("setting workers: %q is not a whole number from 0 (one for each processor)", text))
	}
	if n > 0 && n < runtime.GOMAXPROCS(0) {
		runtime.GOMAXPROCS(n) // holds for all that is done beside the workers, too
	}
	return nil
}

// lang is the language of reports, zh or en.
func (a *app) lang() string { return a.settings.GetString("lang") }

// terminal returns the width of a stream that is a terminal, or 0.
func terminal(stream any) int {
	f, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 80
	}
	return width
}

// reportOptions are the settings of a report on standard output.
func (a *app) reportOptions() report.Options {
	o := report.Options{Lang: report.Lang(a.lang()), Unit: report.Unit(a.settings.GetString("unit")), Width: terminal(a.out)}
	switch a.settings.GetString("color") {
	case "always":
		o.Color = true
	case "auto":
		o.Color = o.Width > 0 && os.Getenv("NO_COLOR") == ""
	}
	return o
}

// findStudy returns the file of a study: as named, or NAME or NAME.yaml in the folder of studies.
func (a *app) findStudy(name string) (string, error) {
	dir := a.settings.GetString("studies")
	places := []string{name, filepath.Join(dir, name), filepath.Join(dir, name+".yaml")}
	for _, file := range places {
		info, err := os.Stat(file)
		switch {
		case err == nil && info.Mode().IsRegular():
			return file, nil
		case err != nil && !errors.Is(err, os.ErrNotExist):
			return "", fmt.Errorf("study %s: %w", name, err)
		}
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return "", fmt.Errorf("listing studies: %w", err)
	}
	if len(found) == 0 {
		return "", fmt.Errorf("study %q does not exist: there is no %s, and no study in %s, the folder of studies", name, strings.Join(places, ", no "), dir)
	}
	stem := func(file string) string { return strings.TrimSuffix(filepath.Base(file), ".yaml") }
	for i := range found {
		found[i] = stem(found[i])
	}
	return "", fmt.Errorf("study %q does not exist: there is no %s%s", name, strings.Join(places, ", no "), nearest.Hint(stem(name), found))
}
