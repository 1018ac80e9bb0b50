# The reference job, by which machines are calibrated: reference ROUNDS
#
# It carries out INSTRUCTIONS_PER_ROUND machine instructions in each round, whatever the numbers come to, and writes what they
# come to into /out/sum, as eight bytes. In assembly, so that no compiler decides how many they are, and with nothing newer than
# SSE2, so that they are the same on every level of CPUs. A mix of what programs do: arithmetic, multiplication, reading and writing
# over 8 MiB out of order, floating point, and a branch that cannot be foreseen.

        .set    BUFFER, 8 << 20
        .globl  _start

        .bss
        .balign 4096
buffer: .skip   BUFFER
sum:    .skip   8

        .section .rodata
file:   .asciz  "/out/sum"
factor: .double 0.999999

        .text
_start:
        cmpq    $2, (%rsp)
        jne     fail
        movq    16(%rsp), %rsi          # ROUNDS, as decimal digits
        xorl    %ecx, %ecx
digit:  movzbl  (%rsi), %eax
        testl   %eax, %eax
        jz      begin
        subl    $'0', %eax
        cmpl    $9, %eax
        ja      fail
        imulq   $10, %rcx, %rcx
        addq    %rax, %rcx
        incq    %rsi
        jmp     digit

begin:  testq   %rcx, %rcx
        jz      fail
        leaq    buffer(%rip), %rbx
        movq    $0x9E3779B97F4A7C15, %rax
        xorl    %r9d, %r9d
        xorl    %r10d, %r10d
        pxor    %xmm1, %xmm1
        movsd   factor(%rip), %xmm2

round:                                  # 25 instructions, on either way through
        movq    %rax, %rdx              # the next of a row of random numbers (9)
        shlq    $13, %rdx
        xorq    %rdx, %rax
        movq    %rax, %rdx
        shrq    $7, %rdx
        xorq    %rdx, %rax
        movq    %rax, %rdx
        shlq    $17, %rdx
        xorq    %rdx, %rax
        movl    %eax, %edx              # somewhere in the buffer (2)
        andl    $(BUFFER - 8), %edx
        movq    (%rbx,%rdx), %r8        # read, change, write (3)
        addq    %rax, %r8
        movq    %r8, (%rbx,%rdx)
        imulq   %r8, %r9                # multiply and add (2)
        addq    %rcx, %r9
        cvtsi2sdl %r8d, %xmm0           # in floating point (3)
        mulsd   %xmm2, %xmm1
        addsd   %xmm0, %xmm1
        testl   %eax, %eax              # this way or that (4 on either)
        js      other
        addq    $1, %r10
        jmp     next
other:  subq    $1, %r10
        nop
next:   decq    %rcx                    # (2)
        jnz     round

        movq    %xmm1, %rax
        xorq    %rax, %r9
        xorq    %r10, %r9
        movq    %r9, sum(%rip)
        movl    $2, %eax                # open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644)
        leaq    file(%rip), %rdi
        movl    $01101, %esi
        movl    $0644, %edx
        syscall
        testq   %rax, %rax
        js      fail
        movq    %rax, %rdi
        movl    $1, %eax                # write(.., sum, 8)
        leaq    sum(%rip), %rsi
        movl    $8, %edx
        syscall
        cmpq    $8, %rax
        jne     fail
        xorl    %edi, %edi
exit:   movl    $60, %eax
        syscall
fail:   movl    $2, %edi
        jmp     exit
        .section .note.GNU-stack, "", @progbits
