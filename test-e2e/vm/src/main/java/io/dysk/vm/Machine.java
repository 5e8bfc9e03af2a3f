package io.dysk.vm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.UnaryOperator;

/** How the machine of a {@link KernelTest}'s parameter differs from what {@link VmSpec#of(String)} makes. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Machine {

    /** Its kernel; empty for the one to test on. */
    String kernel() default "";

    /** Its memory. */
    int memoryMiB() default 1024;

    /** Its processors. */
    int cpus() default 2;

    /** How they are made. */
    Acceleration acceleration() default Acceleration.AUTO;

    /** More for the kernel's command line. */
    String[] kernelArguments() default {};

    /** Whether it has our module. */
    boolean dysk() default true;

    /** Names of empty disks of 64 MiB. */
    String[] disks() default {};

    /** What else it has: made by this class's constructor without arguments, applied last. */
    Class<? extends UnaryOperator<VmSpec>> with() default Nothing.class;

    /** Nothing else. */
    final class Nothing implements UnaryOperator<VmSpec> {

        Nothing() {
        }

        @Override
        public VmSpec apply(VmSpec spec) {
            return spec;
        }
    }
}
