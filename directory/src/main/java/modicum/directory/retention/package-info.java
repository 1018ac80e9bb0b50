/** How much a directory takes from an account, and when what it keeps goes. */
package modicum.directory.retention;
