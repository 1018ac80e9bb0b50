/** Images in a directory: manifest, configuration and layers, each an object named by its hash. */
package modicum.directory.image;
