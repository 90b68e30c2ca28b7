// Package ledger keeps the months of settlement (月结): it opens them, closes them, adjusts them, clears the year (年终清算), and
// can say years later why each fen was paid.
//
// # The journal
//
// Everything that happens is a row of one journal, and rows are only ever added: a month opened, a claim booked, a row of a
// declaration refused, an entry of money, a month sealed, a year cleared. Each row's hash covers the hash of the row
// before it, so an altered row is found (Verify). The tables of claims, entries and months beside it only repeat the
// journal in a form that can be asked; Verify holds them to it, and Restore makes them anew from it.
//
// Entries are never edited. What comes too late for its month, or corrects it, becomes entries of the open month that
// name the month they belong to (Origin) and the row they correct (Corrects).
//
// # Money
//
// A hospital's money of one scheme in one month, all in fen:
//
//	declared - rejected = accepted - corrected                (over all months of origin)
//	net      = advance - deposit - deducted + adjustment + prepaid + brought
//	net      = paid + carried                                 (paid is never negative; a debt is carried to the next month)
//
// The advance and the deposit of a month are worked out of all that is accepted of it so far; a late claim adds the
// difference to what is already entered, so that rounding never adds up. At the year's end:
//
//	due      = settlement - refused - deducted - forfeited + adjustment
//	clearing = due - released - everything entered as net for the year
//
// These identities are laws: they are checked before anything is written, and again by Verify.
//
// # Safety
//
// A year that is cleared is never written to: what comes for it later is entered for the open month, with a link to the row that it
// corrects. In SQLite each step looks for damage to the file first, since a damaged index would hide what is booked.
//
// Every step is one transaction of the database. A step that is killed at any point has either happened or not. Two
// clerks who close one month at the same time are told apart by the head of the journal: the second finds it moved. So does
// whoever goes on right after a process was killed, since the server of PostgreSQL still finishes a commit that it was sent.
// What is small, a month opened or an adjustment, is then worked out again at once. A close or a clearing that finds nobody
// did its work already (ErrMoved) is left to the clerk, who may want to see what has changed before minutes are spent again.
package ledger
