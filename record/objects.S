/* SPDX-License-Identifier: BSD-2-Clause */
/* The BPF objects, for the table in backend.c. */
#define OBJECT(name, file)          \
	.balign 8;                  \
	.globl name;                \
	.globl name##_end;          \
	name: .incbin file;         \
	name##_end: .byte 0

	.section .rodata
	OBJECT(bpf_fentry, "fentry.bpf.o")
	OBJECT(bpf_fentry_old, "fentry-old.bpf.o")
	OBJECT(bpf_kprobe, "kprobe.bpf.o")
	OBJECT(bpf_kprobe_old, "kprobe-old.bpf.o")
	OBJECT(bpf_tracepoint, "tracepoint.bpf.o")

	.section .note.GNU-stack, "", %progbits
