package org.example.texts;

public interface Texts {
    String hello(String whom);
}
