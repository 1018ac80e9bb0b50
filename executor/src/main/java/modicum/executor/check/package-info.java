/** Finding out whether a job always comes to the same, and if not, where and why it does not. */
package modicum.executor.check;
