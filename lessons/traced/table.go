package traced

import (
	"ehlo/lessons/json"
	"ehlo/lessons/rules"
	"ehlo/sim/daemon"
)

type tableView struct {
	Protocol string       `json:"protocol"`
	States   []string     `json:"states"`
	Rules    []rules.Rule `json:"rules"`
}

// Table gives a protocol's transition table in JSON, null where there is no such protocol.
func Table(protocol string) []byte {
	table := daemon.Table(protocol)
	if table == nil {
		return []byte("null")
	}
	return json.Append(nil, tableView{Protocol: protocol, States: table.States, Rules: rules.Of(table)})
}
