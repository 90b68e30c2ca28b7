"use strict";
// Draws integers as the other formats do: rounded half away from zero to the decimals shown, with commas between thousands.
const PLACES = {fen: 2, ratio: 4, points: 6, factor: 6, count: 0};
const SHOWN = {fen: 2, ratio: 2, points: 2, factor: 4, count: 0};

function decimal(value, places, shown) {
  let digits = value < 0n ? -value : value;
  if (shown < places) {
    const unit = 10n ** BigInt(places - shown);
    digits = (digits + unit / 2n) / unit;
  } else {
    digits *= 10n ** BigInt(shown - places);
  }
  let text = digits.toString().padStart(shown + 1, "0");
  const whole = text.slice(0, text.length - shown).replace(/\B(?=(\d{3})+$)/g, ",");
  text = shown > 0 ? whole + "." + text.slice(text.length - shown) : whole;
  return value < 0n ? "-" + text : text;
}

function day(days) {
  return new Date(Number(days) * 86400000).toISOString().slice(0, 10);
}

// number draws a value of a kind; decimals is 0 for the kind's own and -1 for none.
function number(kind, value, decimals, inYuan, unit) {
  const v = BigInt(value);
  if (kind === "date") return day(value);
  const delta = kind.endsWith("_delta");
  const base = delta ? kind.slice(0, -6) : kind;
  let places = PLACES[base], shown = SHOWN[base];
  if (base === "fen") {
    if (unit === "wan" && !inYuan) places = 6;
  } else if (base !== "count" && decimals !== 0) {
    shown = Math.max(decimals, 0);
  }
  let text = decimal(v, places, shown);
  if (base === "ratio") text += "%";
  return delta && v > 0n ? "+" + text : text;
}

// exact draws a value with all its decimals, for the hint of a cell.
function exact(kind, value, currency) {
  if (kind === "date") return "";
  const base = kind.replace("_delta", "");
  const text = decimal(BigInt(value), PLACES[base], PLACES[base]);
  return base === "ratio" ? text + "%" : base === "fen" ? text + " " + currency : text;
}
