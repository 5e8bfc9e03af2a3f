package wire

import (
	"fmt"
	"sort"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The number of the option csi_secret.
const secretOption = 1059

// Renames maps the specification's full name of a field to ours. Names are not on the wire.
type Renames map[protoreflect.FullName]protoreflect.Name

// Missing says what the specification has and ours has not, or has otherwise.
func Missing(ours, spec protoreflect.FileDescriptor, renames Renames) []string {
	c := &comparison{renames: renames, used: map[protoreflect.FullName]bool{}}
	c.messages(ours.Messages(), spec.Messages())
	c.enums(ours.Enums(), spec.Enums())
	c.services(ours.Services(), spec.Services())
	for name := range renames {
		if !c.used[name] {
			c.report("%s: is to be renamed, but there is no such field", name)
		}
	}
	sort.Strings(c.found)
	return c.found
}

// Extra says what ours has beyond the specification: full names, sorted. What is in something extra is not listed.
func Extra(ours, spec protoreflect.FileDescriptor) []string {
	var extra []string
	messages(ours.Messages(), func(message protoreflect.MessageDescriptor) bool {
		theirs := findMessage(spec, message.FullName())
		if theirs == nil {
			extra = append(extra, string(message.FullName()))
			return false
		}
		for i := range message.Fields().Len() {
			if field := message.Fields().Get(i); theirs.Fields().ByNumber(field.Number()) == nil {
				extra = append(extra, string(field.FullName()))
			}
		}
		return true
	})
	enums(ours, func(enum protoreflect.EnumDescriptor) {
		theirs := findEnum(spec, enum.FullName())
		if theirs == nil {
			extra = append(extra, string(enum.FullName()))
			return
		}
		for i := range enum.Values().Len() {
			if value := enum.Values().Get(i); theirs.Values().ByNumber(value.Number()) == nil {
				extra = append(extra, string(enum.FullName())+"."+string(value.Name()))
			}
		}
	})
	for i := range ours.Services().Len() {
		service := ours.Services().Get(i)
		theirs := spec.Services().ByName(service.Name())
		for j := range service.Methods().Len() {
			if method := service.Methods().Get(j); theirs == nil || theirs.Methods().ByName(method.Name()) == nil {
				extra = append(extra, string(method.FullName()))
			}
		}
	}
	sort.Strings(extra)
	return extra
}

type comparison struct {
	renames Renames
	used    map[protoreflect.FullName]bool
	found   []string
}

func (c *comparison) report(format string, values ...any) {
	c.found = append(c.found, fmt.Sprintf(format, values...))
}

func (c *comparison) messages(ours, spec protoreflect.MessageDescriptors) {
	for i := range spec.Len() {
		theirs := spec.Get(i)
		if theirs.IsMapEntry() {
			// Named after its field; the field's type says all about it.
			continue
		}
		message := ours.ByName(theirs.Name())
		if message == nil {
			c.report("%s: ours has no such message", theirs.FullName())
			continue
		}
		c.fields(message, theirs)
		c.oneofs(message, theirs)
		c.messages(message.Messages(), theirs.Messages())
		c.enums(message.Enums(), theirs.Enums())
	}
}

func (c *comparison) fields(ours, spec protoreflect.MessageDescriptor) {
	for i := range spec.Fields().Len() {
		theirs := spec.Fields().Get(i)
		field := ours.Fields().ByNumber(theirs.Number())
		if field == nil {
			c.report("%s: ours has no field %d", theirs.FullName(), theirs.Number())
			continue
		}
		name := theirs.Name()
		if renamed, ok := c.renames[theirs.FullName()]; ok {
			name = renamed
			c.used[theirs.FullName()] = true
		}
		c.same(theirs, "name", field.Name(), name)
		c.same(theirs, "type", typeOf(field), typeOf(theirs))
		c.same(theirs, "label", field.Cardinality(), theirs.Cardinality())
		c.same(theirs, "presence", field.HasPresence(), theirs.HasPresence())
		c.same(theirs, "packed", field.IsPacked(), theirs.IsPacked())
		c.same(theirs, "oneof", oneofOf(field), oneofOf(theirs))
		c.same(theirs, "csi_secret", isSecret(field), isSecret(theirs))
	}
}

func (c *comparison) oneofs(ours, spec protoreflect.MessageDescriptor) {
	for i := range spec.Oneofs().Len() {
		theirs := spec.Oneofs().Get(i)
		oneof := ours.Oneofs().ByName(theirs.Name())
		if oneof == nil {
			c.report("%s: ours has no such oneof", theirs.FullName())
			continue
		}
		c.same(theirs, "members", oneof.Fields().Len(), theirs.Fields().Len())
	}
}

func (c *comparison) enums(ours, spec protoreflect.EnumDescriptors) {
	for i := range spec.Len() {
		theirs := spec.Get(i)
		enum := ours.ByName(theirs.Name())
		if enum == nil {
			c.report("%s: ours has no such enum", theirs.FullName())
			continue
		}
		for j := range theirs.Values().Len() {
			value := theirs.Values().Get(j)
			if own := enum.Values().ByNumber(value.Number()); own == nil {
				c.report("%s: ours has no value %d", value.FullName(), value.Number())
			} else {
				c.same(value, "name", own.Name(), value.Name())
			}
		}
	}
}

func (c *comparison) services(ours, spec protoreflect.ServiceDescriptors) {
	for i := range spec.Len() {
		theirs := spec.Get(i)
		service := ours.ByName(theirs.Name())
		if service == nil {
			c.report("%s: ours has no such service", theirs.FullName())
			continue
		}
		c.same(theirs, "full name", service.FullName(), theirs.FullName())
		for j := range theirs.Methods().Len() {
			method := theirs.Methods().Get(j)
			own := service.Methods().ByName(method.Name())
			if own == nil {
				c.report("%s: ours has no such method", method.FullName())
				continue
			}
			c.same(method, "request", own.Input().FullName(), method.Input().FullName())
			c.same(method, "response", own.Output().FullName(), method.Output().FullName())
			c.same(method, "client stream", own.IsStreamingClient(), method.IsStreamingClient())
			c.same(method, "server stream", own.IsStreamingServer(), method.IsStreamingServer())
		}
	}
}

func (c *comparison) same(of protoreflect.Descriptor, what string, ours, spec any) {
	if ours != spec {
		c.report("%s: %s is %v, must be %v", of.FullName(), what, ours, spec)
	}
}

// The type as it is written in a .proto file.
func typeOf(field protoreflect.FieldDescriptor) string {
	if field.IsMap() {
		return "map<" + typeOf(field.MapKey()) + ", " + typeOf(field.MapValue()) + ">"
	}
	if field.Message() != nil {
		return string(field.Message().FullName())
	}
	if field.Enum() != nil {
		return string(field.Enum().FullName())
	}
	return field.Kind().String()
}

func oneofOf(field protoreflect.FieldDescriptor) protoreflect.Name {
	if oneof := field.ContainingOneof(); oneof != nil {
		return oneof.Name()
	}
	return ""
}

// Reads the option as it is on the wire: the extension's Go type belongs to one of the two files only.
func isSecret(field protoreflect.FieldDescriptor) bool {
	options, err := proto.Marshal(field.Options())
	if err != nil {
		panic(err)
	}
	secret := false
	for len(options) > 0 {
		number, kind, tag := protowire.ConsumeTag(options)
		size := protowire.ConsumeFieldValue(number, kind, options[tag:])
		if tag < 0 || size < 0 {
			panic(field.FullName() + ": its options can't be read")
		}
		if number == secretOption && kind == protowire.VarintType {
			value, _ := protowire.ConsumeVarint(options[tag:])
			secret = value != 0
		}
		options = options[tag+size:]
	}
	return secret
}

// Visits all messages but the entries of maps; those in one too, if visit says so.
func messages(list protoreflect.MessageDescriptors, visit func(protoreflect.MessageDescriptor) bool) {
	for i := range list.Len() {
		if message := list.Get(i); !message.IsMapEntry() && visit(message) {
			messages(message.Messages(), visit)
		}
	}
}

func enums(file protoreflect.FileDescriptor, visit func(protoreflect.EnumDescriptor)) {
	all := func(list protoreflect.EnumDescriptors) {
		for i := range list.Len() {
			visit(list.Get(i))
		}
	}
	all(file.Enums())
	messages(file.Messages(), func(message protoreflect.MessageDescriptor) bool {
		all(message.Enums())
		return true
	})
}

func findMessage(file protoreflect.FileDescriptor, name protoreflect.FullName) protoreflect.MessageDescriptor {
	var found protoreflect.MessageDescriptor
	messages(file.Messages(), func(message protoreflect.MessageDescriptor) bool {
		if message.FullName() == name {
			found = message
		}
		return true
	})
	return found
}

func findEnum(file protoreflect.FileDescriptor, name protoreflect.FullName) protoreflect.EnumDescriptor {
	var found protoreflect.EnumDescriptor
	enums(file, func(enum protoreflect.EnumDescriptor) {
		if enum.FullName() == name {
			found = enum
		}
	})
	return found
}
