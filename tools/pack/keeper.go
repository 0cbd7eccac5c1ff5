package main

import (
	"encoding/json"
	"fmt"
)

// keeper makes the service worker of its script: before it stands what it keeps, the paths of all files of the page but
// index.html, whose version is the hash in their paths. A browser takes a changed script for a new version.
func keeper(script []byte, version string, files fileSet) ([]byte, error) {
	kept, err := json.Marshal(map[string]any{"version": version, "files": files.paths()})
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "const KEPT=%s;\n%s", kept, script), nil
}
