package org.example.texts;

public class Plain implements Texts {
    public String hello(String whom) {
        return "Hello, " + whom;
    }
}
