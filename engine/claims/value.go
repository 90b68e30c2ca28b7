package claims

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/money"
)

// MaxAmount is the largest amount in fen, of either sign, that a cell may hold: ten billion currency units. More is a
// fault of the data, and would let sums overflow.
const MaxAmount money.Fen = 1_000_000_000_000

// The dates that a cell may hold. Others are faults of the data.
var (
	MinDate = DateOf(1900, 1, 1)
	MaxDate = DateOf(2199, 12, 31)
)

// MaxAge is the largest age in years that a cell may hold.
const MaxAge = 150

// MaxID is the length in bytes of the longest identifier.
const MaxID = 1000

// problem is what keeps a cell from becoming a value.
type problem uint8

const (
	sound    problem = iota
	isNull           // holds no value; only required columns mind
	badForm          // cannot be read as the column's kind
	badRange         // outside what the column allows
	badWord          // not a word of the list
)

var problemCodes = [...]string{isNull: CodeBlank, badForm: CodeForm, badRange: CodeRange, badWord: CodeWord}

// fenAt reads cell i of a money column.
func fenAt(c *cells, i int) (money.Fen, problem) {
	if c.null(i) {
		return 0, isNull
	}
	var v int64
	switch c.typ.Kind {
	case ipc.Decimal:
		var p problem
		if v, p = decimalFen(c.data[16*i:], c.typ.Scale); p != sound {
			return 0, p
		}
	case ipc.Float:
		var x float64
		if c.typ.Bits == 32 {
			x = float64(math.Float32frombits(binary.LittleEndian.Uint32(c.data[4*i:])))
		} else {
			x = math.Float64frombits(binary.LittleEndian.Uint64(c.data[8*i:]))
		}
		var p problem
		if v, p = floatFen(x); p != sound {
			return 0, p
		}
	default:
		var big bool
		if v, big = c.integer(i); big {
			return money.Fen(v), badRange
		}
	}
	if v > int64(MaxAmount) || v < -int64(MaxAmount) {
		return money.Fen(v), badRange // the value still counts in the control totals
	}
	return money.Fen(v), sound
}

// floatFen turns currency units into fen: a whole number of fen within a millionth of one, or the float that is nearest
// to a whole number of fen, which for large amounts is further away.
func floatFen(x float64) (int64, problem) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, badForm
	}
	if math.Abs(x) > float64(MaxAmount) {
		return 0, badRange
	}
	fen := math.Round(x * 100)
	if math.Abs(x*100-fen) > 1e-6 && fen/100 != x {
		return 0, badForm
	}
	return int64(fen), sound
}

// maxScale is the number of decimals up to which decimal columns are read.
const maxScale = 20

// decimalFen turns a 128-bit decimal of currency units into fen. Digits below a fen must be zero.
func decimalFen(b []byte, scale int) (int64, problem) {
	lo, hi := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	neg := int64(hi) < 0
	if neg {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	for ; scale < 2; scale++ {
		over, l := bits.Mul64(lo, 10)
		if hi != 0 || over != 0 {
			return 0, badRange
		}
		lo = l
	}
	if scale > 2 {
		div := uint64(1)
		for range scale - 2 {
			div *= 10
		}
		var rem uint64
		q := hi / div
		lo, rem = bits.Div64(hi%div, lo, div)
		hi = q
		if rem != 0 {
			return 0, badForm
		}
	}
	if hi != 0 || lo > uint64(MaxAmount) {
		return 0, badRange
	}
	if neg {
		return -int64(lo), sound
	}
	return int64(lo), sound
}

// dateAt reads cell i of a date column.
func dateAt(c *cells, i int) (Date, problem) {
	if c.null(i) {
		return NoDate, isNull
	}
	if c.typ.Kind == ipc.Date32 {
		return dateInRange(int64(int32(binary.LittleEndian.Uint32(c.data[4*i:]))))
	}
	day := int64(86_400_000)
	if c.typ.Kind == ipc.Timestamp {
		day = 86_400 * c.typ.Unit
	}
	v := int64(binary.LittleEndian.Uint64(c.data[8*i:]))
	if v%day != 0 {
		return NoDate, badForm
	}
	return dateInRange(v / day)
}

func dateInRange(d int64) (Date, problem) {
	if d < int64(MinDate) || d > int64(MaxDate) {
		return NoDate, badRange
	}
	return Date(d), sound
}

// ageAt reads cell i of a column of ages.
func ageAt(c *cells, i int) (int16, problem) {
	if c.null(i) {
		return AgeUnknown, isNull
	}
	v, big := c.integer(i)
	if big || v < 0 || v > MaxAge {
		return AgeUnknown, badRange
	}
	return int16(v), sound
}

// boolAt reads cell i of a column of truth values.
func boolAt(c *cells, i int) (bool, problem) {
	if c.null(i) {
		return false, isNull
	}
	return c.bit(i), sound
}

// textOf prints cell i as it stands, for rejects and messages; "" for null.
func textOf(c *cells, i int) (string, error) {
	if c.null(i) {
		return "", nil
	}
	if c.dict != nil {
		k := c.code(i)
		if k < 0 {
			return "", errIndex
		}
		return c.dict.values.At(k), nil
	}
	switch c.typ.Kind {
	case ipc.Int:
		v, big := c.integer(i)
		if big {
			return strconv.FormatUint(uint64(v), 10), nil
		}
		return strconv.FormatInt(v, 10), nil
	case ipc.Float:
		if c.typ.Bits == 32 {
			return strconv.FormatFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(c.data[4*i:]))), 'g', -1, 32), nil
		}
		return strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(c.data[8*i:])), 'g', -1, 64), nil
	case ipc.Bool:
		return strconv.FormatBool(c.bit(i)), nil
	case ipc.Decimal:
		return decimalText(c.data[16*i:], c.typ.Scale), nil
	case ipc.Date32, ipc.Date64, ipc.Timestamp:
		return instantText(c, i), nil
	}
	s, err := c.plainText(i)
	return string(s), err
}

// decimalText prints a 128-bit decimal.
func decimalText(b []byte, scale int) string {
	lo, hi := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	sign := ""
	if int64(hi) < 0 {
		var borrow uint64
		sign = "-"
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	var digits []byte
	for hi != 0 || lo != 0 || len(digits) <= scale {
		var rem uint64
		q := hi / 10
		lo, rem = bits.Div64(hi%10, lo, 10)
		hi = q
		digits = append(digits, byte('0'+rem))
	}
	var out strings.Builder
	out.WriteString(sign)
	for i := len(digits) - 1; i >= 0; i-- {
		out.WriteByte(digits[i])
		if i == scale && i > 0 {
			out.WriteByte('.')
		}
	}
	return out.String()
}

// instantText prints a date, or a date and time where it is not midnight; a value outside the calendar as its number.
func instantText(c *cells, i int) string {
	var day, rest, unit int64
	if c.typ.Kind == ipc.Date32 {
		day, unit = int64(int32(binary.LittleEndian.Uint32(c.data[4*i:]))), 1
	} else {
		unit = 1000
		if c.typ.Kind == ipc.Timestamp {
			unit = c.typ.Unit
		}
		v := int64(binary.LittleEndian.Uint64(c.data[8*i:]))
		day, rest = v/(86_400*unit), v%(86_400*unit)
		if rest < 0 {
			day, rest = day-1, rest+86_400*unit
		}
	}
	if day <= math.MinInt32 || day > math.MaxInt32 {
		return fmt.Sprintf("day %d", day)
	}
	s := Date(day).String()
	if rest == 0 {
		return s
	}
	sec := rest / unit
	s += fmt.Sprintf("T%02d:%02d:%02d", sec/3600, sec/60%60, sec%60)
	if frac := rest % unit; frac != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%0*d", len(strconv.FormatInt(unit, 10))-1, frac), "0")
	}
	return s
}
