package claims

import "github.com/drgsim/drgsim/engine/money"

// Count is a number of rows and their money, as reports of reading and checking give it.
type Count struct {
	Rows    int64
	Fen     money.Fen // sum of gross over the rows whose gross is known
	Unknown int64     // rows among them whose gross is not known
}

// Add counts one row.
func (n *Count) Add(gross money.Fen, known bool) error {
	n.Rows++
	if !known {
		n.Unknown++
		return nil
	}
	sum, err := money.Add(n.Fen, gross)
	n.Fen = sum
	return err
}

// Plus adds another count.
func (n *Count) Plus(o Count) error {
	n.Rows += o.Rows
	n.Unknown += o.Unknown
	sum, err := money.Add(n.Fen, o.Fen)
	n.Fen = sum
	return err
}
