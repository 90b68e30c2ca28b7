//go:build !linux

package main

func huge([]byte) {}
