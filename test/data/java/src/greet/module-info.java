module org.example.greet {
    requires org.example.texts;
    requires static org.example.gone;
    requires java.logging;
}
