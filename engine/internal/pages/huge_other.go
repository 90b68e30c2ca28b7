//go:build !linux

package pages

func huge([]byte) {}
