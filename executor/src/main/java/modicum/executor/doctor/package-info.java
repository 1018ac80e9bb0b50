/** Whether a machine can run jobs, how well it is protected from them, and what to do about it. */
package modicum.executor.doctor;
