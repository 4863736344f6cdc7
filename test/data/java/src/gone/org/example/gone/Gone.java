package org.example.gone;

public class Gone extends RuntimeException {
}
