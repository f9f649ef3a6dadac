// Package validator accepts everything: a generated client only asks it which of several types a value has.
package validator

func Validate(_ interface{}) error { return nil }
