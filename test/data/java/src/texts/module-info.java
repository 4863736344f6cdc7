module org.example.texts {
    exports org.example.texts;
}
